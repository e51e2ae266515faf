#!/usr/bin/env python3
"""Writes `prints.tsv`: shape prints of types, from their declarations.

    python3 tests/vectors/prints.py

An implementation of "Shape print" in docs/FORMAT.md of its own: where the library reads samples, this one follows the
declaration. `tests/shape/vectors.rs` declares the same types in Rust.
"""

import hashlib
import pathlib

MAX_PLACES, MAX_DEPTH, MAX_NESTED = 1_024, 64, 2
NUMBERS = [1, 0, 2, 100]
TEXTS = [
    "a", "", "1", "1.0", "true", "en", "DE", "USD", "UTC", "#000000", "/", "a.example", "a@a.example",
    "https://a.example/", "text/plain", "1.0.0", "+12015550123", "127.0.0.1", "127.0.0.1:80", "10.0.0.0/8", "1s", "PT1S",
    "00:00:00", "2000-01-01", "2000-01-01T00:00:00", "2000-01-01T00:00:00Z", "2000-01-01T00:00:00+00:00[UTC]",
    "0" * 25 + "1", "00000000-0000-0000-0000-000000000001", "0" * 63 + "1",
]
BYTES = [b"\1" * length for length in (0, 1, 4, 8, 12, 16, 20, 24, 32, 64)]
SAMPLES = {"unit": [()], "bool": [False, True], "char": list("aA0 "), "text": TEXTS, "bytes": BYTES}


# --- declarations ---------------------------------------------------------------------------------------------


class Leaf:
    def __init__(self, kind, accepts=lambda sample: True):
        self.kind, self.accepts = kind, accepts


class Of:
    """Whatever has parts: `head` goes before them, `names` are those between brackets. `name` is its own: for the cut."""

    def __init__(self, head, *parts, kind="", name="", names=()):
        self.head, self.parts, self.kind, self.name, self.names = head, parts, kind, name, tuple(names)


def named(name):
    return f"{len(name.encode())}:{name}"


def listed(names):
    return "[" + ",".join(named(name) for name in names) + "]"


def aliased(parts):
    """The names of fields or variants; one with aliases is a tuple."""
    groups = [name if isinstance(name, tuple) else (name,) for name, _ in parts]
    return [name for group in groups for name in sorted(group, key=str.encode)]


def option(part):
    return Of("option", part, kind="optional")


def seq(part):
    return Of("seq", part, kind="optional")


def map_of(key, value):
    return Of("map", key, value, kind="optional")


def newtype(name, part):
    return Of("newtype", part, name=name)


def tuple_of(*parts):
    return Of(f"tuple {len(parts)}", *parts)


def tuple_struct(name, *parts):
    return Of(f"tuple {len(parts)}", *parts, name=name)


def struct(name, *fields):
    names = aliased(fields)
    parts = [part for _, part in fields]
    return Of(f"struct{listed(names)}", *parts, name=name, names=names)


def enum(name, *variants):
    names = aliased(variants)
    parts = [part for _, part in variants]
    return Of(f"enum{listed(names)}", *parts, kind="enum", name=name, names=names)


# --- the print ------------------------------------------------------------------------------------------------


class Print:
    def __init__(self, declaration):
        self.places = 0
        self.text = self.place(declaration, (), 0)[0]
        digest = hashlib.sha256(self.text.encode()).digest()[:2]
        self.digest = b"\0\1" if digest == b"\0\0" else digest

    def place(self, it, around, depth):
        """The text of a place, `None` if it is one too many, and whether a value of it can be made."""
        if self.places == MAX_PLACES:
            return None, False
        self.places += 1
        if callable(it):
            it = it()
        if it is None:
            return "opaque", False
        if depth > MAX_DEPTH:
            return "cut", False
        if isinstance(it, Leaf):
            good = any(it.accepts(sample) for sample in SAMPLES.get(it.kind, NUMBERS))
            return (it.kind if good else f"{it.kind} opaque"), good
        if it.kind == "enum" or it.name:
            if around.count((it.name, it.head)) == MAX_NESTED:
                return "cut", False
            around += ((it.name, it.head),)
        texts, good = self.parts(it, around, depth + 1)
        return f"{it.head}({','.join(texts)})", good

    def parts(self, it, around, depth):
        parts = list(it.parts)
        if it.kind == "enum":
            # The numbers that the aliases have in the list are no variants.
            parts += [None] * (len(it.names) - len(parts))
        texts, made = [], []
        for part in parts:
            text, good = self.place(part, around, depth)
            if text is None:
                break
            texts.append(text)
            made.append(good)
            if not good and it.kind != "enum":
                break
        if it.kind == "enum":
            return texts, any(made)
        return texts, it.kind == "optional" or all(made)


# --- the cases ------------------------------------------------------------------------------------------------

UNIT, BOOL, CHAR, U8, U16, U32, TEXT = map(Leaf, ("unit", "bool", "char", "u8", "u16", "u32", "text"))


def node():
    return struct("Node", ("value", U8), ("next", option(node)))


def tree():
    return struct("Tree", ("branches", seq(tree)), ("name", TEXT))


def sum_of():
    return enum("Sum", ("Add", tuple_of(sum_of, sum_of)), ("Minus", newtype("", sum_of)), ("Number", newtype("", U8)))


def endless():
    return struct("Endless", ("before", U8), ("next", endless), ("after", U8))


def person():
    return struct("Person", ("name", TEXT), ("teams", seq(team)))


def team():
    return struct("Team", ("lead", option(person)), ("size", U32))


def nameless():
    return seq(nameless)


def value():
    return enum(
        "Value", ("Null", UNIT), ("Bool", newtype("", BOOL)), ("Int", newtype("", Leaf("i64"))),
        ("Uint", newtype("", Leaf("u64", lambda number: number >= 2**63))), ("Float", newtype("", Leaf("f64"))),
        ("Text", newtype("", TEXT)), ("Bytes", newtype("", Leaf("bytes"))), ("List", newtype("", seq(value))),
        ("Map", newtype("", map_of(TEXT, value))),
    )


CART = struct("Cart", ("lines", seq(tuple_of(TEXT, U32))), ("note", option(TEXT)))
KIND = enum(
    "Kind", ("Unit", UNIT), ("Newtype", newtype("", U8)), ("Tuple", tuple_of(U8, BOOL)),
    ("Struct", struct("", ("x", U8), ("y", option(CHAR)))),
)
MAIL = Leaf("text", lambda text: "@" in text)
SHOUT = Leaf("text", lambda text: len(text) > 1_000)
HIDDEN = struct("Hidden", ("seen", U8), ("shout", SHOUT), ("unseen", U8))

CASES = {
    "leaves": tuple_of(*map(Leaf, ("bool", "char", "f32", "f64", "text"))),
    "integers": tuple_of(*map(Leaf, ("u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32", "i64", "i128"))),
    "unit": UNIT,
    "unit_struct": UNIT,
    "newtype": newtype("Id", U32),
    "newtypes": newtype("Outer", newtype("Middle", newtype("Inner", U8))),
    "tuple": tuple_of(U8, TEXT),
    "tuple_of_none": tuple_of(),
    "tuple_struct": tuple_struct("Pair", U8, TEXT),
    "array": tuple_of(*[U16] * 3),
    "struct": CART,
    "struct_without_fields": struct("Bare"),
    "nested": struct("Shop", ("cart", CART), ("mails", map_of(TEXT, newtype("Id", U32)))),
    "renamed": struct("basket", ("Lines", seq(U8)), ("a,b](", U8), ("größe", U8)),
    "alias": struct("Aliased", (("total", "sum", "whole"), U32), ("last", U8)),
    "alias_of_a_variant": enum("Old", (("New", "Former"), UNIT), ("Other", UNIT)),
    "option": option(option(U8)),
    "list": seq(seq(BOOL)),
    "map": map_of(TEXT, seq(U8)),
    "bytes": tuple_of(Leaf("bytes"), U8),
    "bytes_of_16": Leaf("bytes", lambda it: len(it) == 16),
    "enum": KIND,
    "enum_in_front": struct("Front", ("kind", KIND), ("after", seq(KIND))),
    "try_from": struct("User", ("mail", MAIL), ("age", U8)),
    "try_from_two": struct("Span", ("start", U32), ("end", Leaf("u32", lambda end: end > 1))),
    "opaque": HIDDEN,
    "opaque_in_an_option": struct("Half", ("hidden", option(HIDDEN)), ("list", seq(SHOUT)), ("after", U8)),
    "opaque_in_an_enum": struct("Mixed", ("either", enum(
        "Either", ("Hidden", newtype("", HIDDEN)), ("Plain", UNIT))), ("after", U8)),
    "recursive_option": node,
    "recursive_list": tree,
    "recursive_enum": sum_of,
    "recursive_in_two": person,
    "recursive_without_end": endless,
    "recursive_without_a_name": nameless,
    "too_large": tuple_of(*[tuple_of(*[tuple_of(*[U8] * 10)] * 10)] * 10),
    "map_in_a_struct": struct("Extra", ("more", map_of(TEXT, value)), ("after", U8)),
    "zero": struct("Zero", ("z93651", U8)),
}


def main():
    prints = {name: Print(case) for name, case in CASES.items()}
    lines = [f"{name}\t{it.digest.hex()}\t{it.text}\n" for name, it in prints.items()]
    path = pathlib.Path(__file__).with_name("prints.tsv")
    path.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
