#!/usr/bin/env python3
"""Writes the test vectors: a second implementation of docs/FORMAT.md.

    pip install cryptography
    python3 tests/vectors/generate.py

Only AES, AES-GCM and ChaCha20-Poly1305 come from a library; the rest is written out here, from the document
and not from the code. The vectors are committed and the tests do not run this file. What it writes never
changes: all its keys and randomness come from SHA-256 of names.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305

HERE = pathlib.Path(__file__).parent
NOW = 1_800_000_000
DAY = 86_400
XAES, XCHACHA = 1, 2
DATA, IDENTITY, ACTIVITY, FLASH, STORE_RECORD, SERVICE_TOKEN, LABEL = 1, 2, 3, 4, 5, 7, 8
KINDS = ["", "data", "identity", "activity", "flash", "store-record", "", "service-token", "label"]


def digest(name, length):
    return hashlib.shake_256(f"gingersnap test vectors/1 {name}".encode()).digest(length)


def text(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


# --- the two suites -------------------------------------------------------------------------------------------


def xaes_keys(secret, nonce):
    def aes(block):
        context = Cipher(algorithms.AES(secret), modes.ECB()).encryptor()
        return context.update(block) + context.finalize()

    l = int.from_bytes(aes(bytes(16)))
    k1 = ((l << 1) & ((1 << 128) - 1)) ^ (0x87 if l >> 127 else 0)
    subkey = b""
    for counter in (1, 2):
        message = bytes([0, counter, 0x58, 0]) + nonce[:12]
        subkey += aes((int.from_bytes(message) ^ k1).to_bytes(16))
    return subkey, nonce[12:]


def hchacha20(secret, nonce):
    mask = (1 << 32) - 1
    state = list(struct.unpack("<16I", b"expand 32-byte k" + secret + nonce[:16]))

    def quarter(a, b, c, d):
        for (x, y, z, by) in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[x] = (state[x] + state[y]) & mask
            mixed = state[z] ^ state[x]
            state[z] = ((mixed << by) | (mixed >> (32 - by))) & mask

    for _ in range(10):
        for column in range(4):
            quarter(column, 4 + column, 8 + column, 12 + column)
        for row in range(4):
            quarter(row, 4 + (row + 1) % 4, 8 + (row + 2) % 4, 12 + (row + 3) % 4)
    return struct.pack("<8I", *state[:4], *state[12:])


def aead_seal(suite, secret, nonce, aad, padded):
    if suite == XAES:
        subkey, rest = xaes_keys(secret, nonce)
        return AESGCM(subkey).encrypt(rest, padded, aad)
    return ChaCha20Poly1305(hchacha20(secret, nonce)).encrypt(bytes(4) + nonce[16:], padded, aad)


# --- token ----------------------------------------------------------------------------------------------------


def parts(*texts):
    return b"".join(struct.pack(">H", len(text.encode())) + text.encode() for text in texts)


def aad_of(kind, tag, cookie_name, audience, context, label=b"gingersnap/1"):
    return label + bytes([kind]) + parts(tag, cookie_name, audience, context)


def pad(plain, multiple=32):
    plain += b"\x80"
    return plain + bytes(-len(plain) % multiple)


class Key:
    def __init__(self, name, suite, **record):
        self.name, self.suite = name, suite
        self.id, self.secret = digest(f"id {name}", 3), digest(f"secret {name}", 32)
        self.record = record

    def json(self):
        record = {
            "id": self.id.hex(),
            "suite": ["", "xaes-256-gcm", "xchacha20-poly1305"][self.suite],
            "secret": text(self.secret),
            "created": NOW - 60 * DAY,
            "not_before": None,
            "retired_at": None,
            "override": None,
            "found_dead_at": None,
            "note": self.name,
        }
        return record | self.record


LONGEST = 30 * DAY
KEYS = {
    key.name: key
    for suite, prefix in ((XAES, "xaes"), (XCHACHA, "xchacha"))
    for key in [
        # Only one key can be active; the other suite's newest retired when it came into force.
        Key(f"{prefix} active", suite, not_before=NOW - DAY)
        if suite == XAES
        else Key(f"{prefix} retiring, newest", suite, not_before=NOW - 2 * DAY, retired_at=NOW - DAY),
        Key(f"{prefix} standby", suite),
        Key(f"{prefix} staged", suite, not_before=NOW + DAY),
        Key(f"{prefix} retiring", suite, not_before=NOW - 10 * DAY, retired_at=NOW - 2 * DAY),
        Key(f"{prefix} expired", suite, not_before=NOW - 50 * DAY, retired_at=NOW - LONGEST - 60),
        Key(f"{prefix} about to expire", suite, not_before=NOW - 50 * DAY, retired_at=NOW - LONGEST - 59),
        Key(f"{prefix} disabled", suite, not_before=NOW - 12 * DAY, retired_at=NOW - 11 * DAY, override="disabled"),
        Key(f"{prefix} revoked", suite, not_before=NOW - 13 * DAY, retired_at=NOW - 12 * DAY, override="revoked"),
        Key(f"{prefix} created too early", suite, created=NOW - 100 * DAY - 1),
        Key(f"{prefix} created just in time", suite, created=NOW - 100 * DAY),
    ]
}
ACTIVE, RETIRING = KEYS["xaes active"], KEYS["xchacha retiring, newest"]
DESTROYED = Key("destroyed", XAES)
UNKNOWN = Key("unknown", XAES)
INDEX_SECRET = digest("index secret", 32)


def write_ring():
    ring = {
        "format": "gingersnap-keyring/1",
        "ring_id": digest("ring id", 16).hex(),
        "generation": 42,
        "longest_session": LONGEST,
        "keys_dead_before": NOW - 100 * DAY,
        "sessions_dead_before": NOW - 40 * DAY,
        "index_secret": text(INDEX_SECRET),
        "keys": [key.json() for key in KEYS.values()],
        "tombstones": [{"id": DESTROYED.id.hex(), "created": NOW - 200 * DAY, "destroyed_at": NOW - 90 * DAY}],
        "checksum": "",
    }
    write_file("keyring", ring)
    write_file("keyring_without_index_secret", {name: ring[name] for name in ring if name != "index_secret"})


def write_file(name, ring):
    whole = json.dumps(ring, indent=2, ensure_ascii=False) + "\n"
    head, tail = whole[: -len('"\n}\n')], '"\n}\n'
    checksum = hashlib.sha256((head + tail).encode()).hexdigest()
    (HERE / f"{name}.json").write_text(head + checksum + tail)


def person(audience, layer, subject):
    return hmac.digest(INDEX_SECRET, parts("person", audience, layer, subject), "sha256")[:16]


def write_persons():
    """Each of these is another person."""
    uses = [
        ("shop.example/vectors", "id", "ada"),
        ("shop.example/vectors", "id", "ada@example.com"),
        ("shop.example/vectors", "id", "Ada"),
        ("shop.example/vectors", "staff", "ada"),
        ("shop.example/live", "id", "ada"),
        ("shop.example/vectors", "ida", "da"),
        ("shop.example/vectorsid", "", "ada"),
        ("shop.example/vectors", "id", ""),
        ("shop.example/vectors", "id", "Jürgen 🍪"),
        ("shop.example/vectors", "id", "s" * 1024),
    ]
    names = ("audience", "layer", "subject", "person")
    records = [dict(zip(names, (*use, person(*use).hex()))) for use in uses]
    (HERE / "persons.json").write_text(json.dumps(records, indent=2, ensure_ascii=False) + "\n")


COOKIE_NAMES = {IDENTITY: "__Host-id", ACTIVITY: "__Host-seen", FLASH: "__Host-flash", STORE_RECORD: ""}
RECORD_ID = digest("record", 16)


class Token:
    """A token in the making; every part can be made wrong on its own."""

    def __init__(self, plain, name, kind=DATA, tag=None, cookie_name=None, audience="shop.example/vectors",
                 context=None, key=ACTIVE, suite=None, sealed_at=NOW - 600, multiple=32, padded=None,
                 sealed_kind=None, aad=None, header=None):
        if tag is None:
            tag = "map" if kind in (DATA, STORE_RECORD) else ""
        if cookie_name is None:
            cookie_name = COOKIE_NAMES.get(kind, "__Host-session")
        if context is None:
            context = RECORD_ID.hex() if kind == STORE_RECORD else ""
        self.use = (kind, tag, cookie_name, audience, context)
        self.key_secret = key.secret
        suite = key.suite if suite is None else suite
        self.header = header or bytes([suite]) + key.id + struct.pack(">I", sealed_at)
        self.random = digest(f"random {name}", 16)
        self.padded = pad(plain, multiple) if padded is None else padded
        if aad is None:
            aad = aad_of(sealed_kind or kind, tag, cookie_name, audience, context)
        self.aad, self.plain = aad, plain
        nonce = self.header + self.random
        self.sealed = aead_seal(suite if suite in (XAES, XCHACHA) else XAES, key.secret, nonce, aad, self.padded)

    def bytes(self):
        return self.header + self.random + self.sealed

    def text(self):
        return text(self.bytes())


# --- plaintexts -----------------------------------------------------------------------------------------------


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def time(at, sealed_at):
    difference = at - sealed_at
    return varint(2 * difference if difference >= 0 else -2 * difference - 1)


SESSION_ID = digest("session id", 16)
PERSON = person("shop.example/vectors", "id", "ada@example.com")


def whose(owner):
    return b"\0" if owner is None else b"\1" + owner


def claims(sealed_at=NOW - 600, started_at=NOW - 3600, owner=None, generation=3, version=1):
    return time(started_at, sealed_at) + whose(owner) + varint(generation) + varint(version)


def identity(subject=b"ada@example.com", sealed_at=NOW - 600, started_at=NOW - 3600, authenticated_at=NOW - 600,
             remembered=b"\0", ends_at=NOW + DAY):
    times = time(started_at, sealed_at) + time(authenticated_at, sealed_at)
    return SESSION_ID + PERSON + string(subject) + times + remembered + time(ends_at, sealed_at)


def pointer(sealed_at=NOW - 600, started_at=NOW - 3600, record=RECORD_ID):
    return time(started_at, sealed_at) + b"\2" + record


def string(value):
    return varint(len(value)) + value


def zigzag(number):
    return varint(2 * number if number >= 0 else -2 * number - 1)


NULL, FALSE, TRUE = b"\0", b"\1\0", b"\1\1"


def integer(number):
    return b"\3" + varint(number) if number >= 1 << 63 else b"\2" + zigzag(number)


def floating(number):
    return b"\4" + struct.pack("<d", number)


def words(value):
    return b"\5" + string(value.encode())


def raw(value):
    return b"\6" + string(value)


def listing(*values):
    return b"\7" + varint(len(values)) + b"".join(values)


def entries(pairs):
    return varint(len(pairs)) + b"".join(string(name.encode()) + value for name, value in pairs)


def mapping(pairs):
    return b"\x08" + entries(pairs)


NO_PRINT = b"\0\0"


def session(pairs):
    """The data of a session that is a map."""
    return NO_PRINT + entries(pairs)


VISITS = session([("visits", integer(7))])


def nested(levels, innermost):
    for _ in range(levels):
        innermost = listing(innermost)
    return session([("deep", innermost)])


def message(level, value, owner=None):
    return whose(owner) + bytes([level]) + string(value)


# --- the vectors ----------------------------------------------------------------------------------------------

written = []


def write(name, token, expect, stage, why, kind=None, tag=None, now=NOW, body=None, **opened):
    """`stage` is what must be reached for the expectation: text, ring, claims or data."""
    assert name not in written, name
    written.append(name)
    token_kind, token_tag, cookie_name, audience, context = token.use
    lines = [
        ("why", why),
        ("expect", expect),
        ("stage", stage),
        ("kind", KINDS[kind or token_kind]),
        ("tag", token_tag if tag is None else tag),
        ("cookie-name", opened.get("cookie_name", cookie_name)),
        ("audience", opened.get("audience", audience)),
        ("context", opened.get("context", context)),
        ("now", str(now)),
    ]
    if lines[3] == ("kind", KINDS[STORE_RECORD]):
        lines.append(("row-version", str(opened.get("row_version", 3))))
    if expect == "opens":
        lines.append(("plain", token.plain.hex()))
    header = "".join(f"{key}: {value}".rstrip() + "\n" for key, value in lines)
    body = token.text().encode() if body is None else body
    (HERE / f"{name}.txt").write_bytes(header.encode() + b"\n" + body + b"\n")


def opens(name, plain, why, stage="data", now=NOW, **token):
    write(name, Token(plain, name, **token), "opens", stage, why, now=now)


def refused(name, refusal, stage, why, plain=None, now=NOW, **token):
    plain = claims() + VISITS if plain is None else plain
    write(name, Token(plain, name, **token), f"refused: {refusal}", stage, why, now=now)


def write_opening():
    plain = claims() + VISITS
    opens("open_data", plain, "an anonymous session of one value")
    opens("open_data_xchacha", plain, "suite 2", key=RETIRING)
    opens("open_data_owned", claims(owner=PERSON) + VISITS, "the data belongs to a person")
    opens("open_data_empty_map", claims() + session([]),
          "data that is zeros alone: the padding's zeros are not taken for it")
    opens("open_data_ends_in_0x80", claims() + session([("a", raw(b"\x80"))]),
          "the data's own 0x80 stays: only the last one is the mark")
    opens("open_data_ends_in_0x80_zeros", claims() + session([("a", raw(b"\x80\0\0"))]),
          "the data's own 0x80 and zeros stay")
    opens("open_data_ends_in_zero", claims() + session([("a", NULL)]), "the data's own zero stays")
    opens("open_data_no_bytes", claims(), "claims and nothing after them, which later steps would judge", stage="claims",
          tag="nothing")
    opens("open_data_all_values", claims() + session([
        ("a", NULL), ("b", FALSE), ("c", TRUE), ("d", integer(-1)), ("e", integer(-(1 << 63))),
        ("f", integer((1 << 63) - 1)), ("g", integer(1 << 63)), ("h", integer((1 << 64) - 1)), ("i", floating(0.5)),
        ("j", floating(float("nan"))), ("k", words("schön")), ("l", raw(bytes(range(20)))),
        ("m", listing(NULL, listing(), words(""))), ("n", mapping([("", integer(0)), ("z", mapping([]))])),
    ]), "every kind of value")
    opens("open_data_deepest", claims() + nested(31, NULL), "32 levels of maps and lists, the outermost included")
    opens("open_data_most_values", claims() + session([("a", listing(*[NULL] * 4095))]),
          "4,096 values, nested ones included")
    opens("open_data_names_sorted_by_bytes", claims() + session([("A", NULL), ("a", NULL), ("aa", NULL), ("é", NULL)]),
          "names are in the order of their UTF-8 bytes")
    opens("open_data_largest_claims", claims(started_at=NOW - 30 * DAY + 1, owner=PERSON, generation=(1 << 32) - 1,
          version=(1 << 16) - 1) + b"x", "the greatest generation and version", stage="claims", tag="other")
    opens("open_data_started_after_sealed", claims(started_at=NOW - 570) + VISITS,
          "a started_at after sealed_at: the clocks of nodes differ")
    opens("open_data_one_second_younger_than_the_limit", claims(sealed_at=NOW - LONGEST - 59) + VISITS,
          "the greatest age: longest_session + 59 s", sealed_at=NOW - LONGEST - 59)
    opens("open_data_sealed_60_seconds_ahead", claims(sealed_at=NOW + 60) + VISITS,
          "the greatest difference of clocks", sealed_at=NOW + 60)
    for multiple in (1, 16, 64, 256):
        opens(f"open_padding_{multiple}", plain, f"padded to a multiple of {multiple}", multiple=multiple)
    opens("open_padding_255_zeros", plain, "the most zeros", padded=plain + b"\x80" + bytes(255))
    opens("open_padding_odd", plain, "a count of zeros that no multiple gives", padded=plain + b"\x80" + bytes(5))
    for state in ("standby", "staged", "retiring", "about to expire", "created just in time"):
        for prefix in ("xaes", "xchacha"):
            name = f"open_key_{state}_{prefix}".replace(" ", "_")
            opens(name, plain, f"a key that is {state} opens", key=KEYS[f"{prefix} {state}"])
    opens("open_identity", identity(), "who is signed in", kind=IDENTITY)
    opens("open_identity_remembered", identity(remembered=b"\1", ends_at=NOW + 30 * DAY), "who asked to be remembered",
          kind=IDENTITY)
    opens("open_identity_longest_subject", identity(b"s" * 1024), "a subject of 1,024 bytes", kind=IDENTITY)
    opens("open_identity_times_at_the_ends", identity(started_at=0, ends_at=(1 << 32) - 1),
          "the earliest and the latest time", kind=IDENTITY)
    opens("open_activity", SESSION_ID, "whose activity; when it was is sealed_at", kind=ACTIVITY)
    opens("open_flash", message(1, b"Added.") + message(3, "Nö.".encode()), "two messages, nobody's", kind=FLASH)
    opens("open_flash_owned", message(1, b"Added.", PERSON) + message(3, "Nö.".encode()) + message(0, b"", PERSON),
          "a person's messages, and nobody's between them", kind=FLASH)
    opens("open_flash_none", b"", "no message: an empty plaintext", kind=FLASH)
    opens("open_context", plain, "bound to a context", context="record/7")
    opens("open_kind_service_token", b"anything", "a reserved kind: opaque bytes", kind=SERVICE_TOKEN, stage="ring")
    opens("open_kind_label", b"anything", "a reserved kind: opaque bytes", kind=LABEL, context=PERSON.hex(), stage="ring")
    longest = 8192 * 3 // 4 - 40 - 1
    opens("open_longest_text", bytes(longest), "8,192 characters", kind=SERVICE_TOKEN, multiple=1, stage="ring")


def write_text_refusals():
    def spoiled(name, refusal, why, change):
        token = Token(claims() + VISITS, name)
        write(name, token, f"refused: {refusal}", "text", why, body=change(token.text()).encode())

    spoiled("text_empty", "too_short", "no character", lambda it: "")
    spoiled("text_padding", "not_base64url", "an = sign after a group of three characters", lambda it: it[:75] + "=")
    spoiled("text_standard_alphabet", "not_base64url", "+ and / in place of - and _",
            lambda it: it[:10] + "+/" + it[12:])
    spoiled("text_space", "not_base64url", "a space inside", lambda it: it[:60] + " " + it[60:])
    spoiled("text_line_feed", "not_base64url", "a line feed inside", lambda it: it[:64] + "\n" + it[64:])
    spoiled("text_percent", "not_base64url", "a percent-encoded character", lambda it: "%41" + it[1:])
    spoiled("text_quotes", "not_base64url", "a quoted string", lambda it: f'"{it}"')
    spoiled("text_not_ascii", "not_base64url", "a letter beyond ASCII", lambda it: it[:20] + "é" + it[21:])
    spoiled("text_nul", "not_base64url", "a zero byte", lambda it: it[:20] + "\0" + it[21:])
    spoiled("text_one_character_over", "not_base64url", "a length of 4n + 1 characters", lambda it: it[:-3])
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    def trailing(name, bits):
        # A plaintext of a length that leaves two or four bits over in the last character.
        token = Token(claims() + VISITS, name, multiple=1, padded=pad(claims() + VISITS, 32) + bytes(3 - bits // 2))
        it = token.text()
        assert len(it) % 4 == (2 if bits == 4 else 3)
        last = alphabet[alphabet.index(it[-1]) + 1]
        write(name, token, "refused: not_base64url", "text", f"{bits} trailing bits that are not zero",
              body=(it[:-1] + last).encode())

    trailing("text_trailing_bits", 2)
    trailing("text_trailing_bits_four", 4)
    token = Token(bytes(8192 * 3 // 4 - 41), "text_too_long", kind=SERVICE_TOKEN, multiple=1)
    write("text_too_long", token, "refused: too_long", "text", "8,193 characters", body=token.text().encode() + b"A")
    token = Token(b"", "text_39_bytes")
    write("text_39_bytes", token, "refused: too_short", "text", "one byte less than header, randomness and tag",
          body=text(token.bytes()[:39]).encode())
    for suite in (0, 16, 0x81, 0xFF):
        name = f"suite_unknown_{suite}"
        refused(name, "unknown_suite", "text", f"there is no suite {suite}", suite=suite)


def write_ring_refusals():
    plain = claims() + VISITS
    refused("suite_other_than_keys", "wrong_suite", "ring",
            "sealed with suite 2 under a key of suite 1: the key's record decides", suite=XCHACHA)
    refused("suite_other_than_keys_xaes", "wrong_suite", "ring", "and the other way round", suite=XAES, key=RETIRING)
    for suite in (3, 15):
        later = dict(plain=claims(sealed_at=NOW) + VISITS, sealed_at=NOW, suite=suite)
        refused(f"suite_later_{suite}", "wrong_suite", "ring", f"suite {suite} may come, and this key is of suite 1", **later)
        refused(f"suite_later_{suite}_key_unknown", "unknown_newer_key", "ring",
                f"suite {suite} may come, under a key of a newer ring", key=UNKNOWN, **later)
        refused(f"suite_later_{suite}_long_ago", "unknown_key", "ring",
                f"suite {suite} may come, and this was sealed before the ring was loaded", key=UNKNOWN, suite=suite)
    refused("key_unknown", "unknown_key", "ring", "no such key, and the ring is newer than the token", key=UNKNOWN)
    refused("key_unknown_61_seconds", "unknown_key", "ring", "sealed 61 s before the ring was loaded",
            plain=claims(sealed_at=NOW - 61) + VISITS, key=UNKNOWN, sealed_at=NOW - 61)
    refused("key_unknown_newer", "unknown_newer_key", "ring", "sealed 60 s before the ring was loaded",
            plain=claims(sealed_at=NOW - 60) + VISITS, key=UNKNOWN, sealed_at=NOW - 60)
    for seconds, expected in ((300, "unknown_newer_key"), (301, "unknown_key")):
        refused(f"key_unknown_{seconds}_seconds_ahead", expected, "ring", f"sealed {seconds} s in the future",
                plain=claims(sealed_at=NOW + seconds) + VISITS, key=UNKNOWN, sealed_at=NOW + seconds)
    refused("key_unknown_in_2106", "unknown_key", "ring", "sealed in the last second that a token can name",
            plain=claims(sealed_at=0xFFFFFFFF) + VISITS, key=UNKNOWN, sealed_at=0xFFFFFFFF)
    refused("key_destroyed", "key_destroyed", "ring", "the key left a tombstone", key=DESTROYED)
    for prefix in ("xaes", "xchacha"):
        end = "" if prefix == "xaes" else "_xchacha"
        refused(f"key_disabled{end}", "key_disabled", "ring", "the key is disabled", key=KEYS[f"{prefix} disabled"])
        refused(f"key_revoked{end}", "key_revoked", "ring", "the key is revoked", key=KEYS[f"{prefix} revoked"])
        refused(f"key_expired{end}", "key_expired", "ring", "retired longest_session + 60 s ago",
                key=KEYS[f"{prefix} expired"])
        refused(f"key_created_before_cut_off{end}", "key_revoked", "ring", "created before keys_dead_before",
                key=KEYS[f"{prefix} created too early"])
    refused("sealed_too_long_ago", "too_old", "ring", "longest_session + 60 s old",
            plain=claims(sealed_at=NOW - LONGEST - 60) + VISITS, sealed_at=NOW - LONGEST - 60)
    for seconds, expected in ((61, "from_future"), (300, "from_future"), (301, "far_future"), (2 * DAY, "far_future")):
        refused(f"sealed_{seconds}_seconds_ahead", expected, "ring", f"{seconds} s ahead",
                plain=claims(sealed_at=NOW + seconds) + VISITS, sealed_at=NOW + seconds)

    def reused(name, why, opened=None, **token):
        write(name, Token(plain, name, **token), "refused: forged", "ring", why, **(opened or {}))

    for kind, other in ((IDENTITY, DATA), (DATA, IDENTITY), (FLASH, DATA), (STORE_RECORD, DATA)):
        name = f"kind_{KINDS[kind]}_as_{KINDS[other]}".replace("-", "_")
        token = Token(identity() if kind == IDENTITY else plain, name, kind=other, sealed_kind=kind)
        write(name, token, "refused: forged", "ring", f"sealed as {KINDS[kind]}, presented as {KINDS[other]}")
    reused("aad_other_tag", "data of another type", tag="cart", opened={"tag": "map"})
    reused("aad_other_cookie_name", "moved to another cookie", opened={"cookie_name": "__Host-session2"})
    reused("aad_cookie_name_without_prefix", "the prefix is part of the name", opened={"cookie_name": "session"})
    reused("aad_other_audience", "another environment with the same ring", opened={"audience": "shop.example/live"})
    reused("aad_audience_case", "parts are compared as bytes", opened={"audience": "Shop.example/vectors"})
    reused("aad_other_context", "another record", context="record/7", opened={"context": "record/8"})
    reused("aad_no_context", "a context is missing", context="record/7", opened={"context": ""})
    reused("aad_boundary_moved", "the same bytes, cut elsewhere", tag="ma", cookie_name="p__Host-session",
           opened={"tag": "map", "cookie_name": "__Host-session"})
    args = (DATA, "map", "__Host-session", "shop.example/vectors", "")
    reused("aad_other_label", "the label of another format", aad=aad_of(*args, label=b"gingersnap/2"))
    reused("aad_without_lengths", "no length before the parts",
           aad=b"gingersnap/1\x01map__Host-sessionshop.example/vectors")
    reused("aad_little_endian_lengths", "lengths with the low byte first",
           aad=b"gingersnap/1\x01\x03\0map\x0e\0__Host-session\x14\0shop.example/vectors\0\0")
    reused("aad_empty", "nothing was bound", aad=b"")

    def spoiled(name, why, change, **token):
        it = Token(plain, name, **token)
        whole = bytearray(it.bytes())
        change(whole)
        write(name, it, "refused: forged", "ring", why, body=text(bytes(whole)).encode())

    def flip(index, bit=1):
        def change(whole):
            whole[index] ^= bit
        return change

    spoiled("changed_sealed_at", "one second younger than it was sealed", flip(7))
    spoiled("changed_key_id", "under the id of another key of the same suite",
            lambda whole: whole.__setitem__(slice(1, 4), KEYS["xaes standby"].id))
    spoiled("changed_random", "a bit of the randomness", flip(8, 0x80))
    spoiled("changed_ciphertext", "a bit of the first byte", flip(24))
    spoiled("changed_tag", "the last bit", flip(-1))
    spoiled("changed_ciphertext_xchacha", "a bit of the first byte, suite 2", flip(24), key=RETIRING)
    spoiled("changed_tag_xchacha", "the last bit, suite 2", flip(-1), key=RETIRING)
    spoiled("cut_last_byte", "a tag of 15 bytes", lambda whole: whole.pop())
    spoiled("cut_tag", "no tag", lambda whole: whole.__delitem__(slice(-16, None)))
    spoiled("cut_ciphertext_byte", "a ciphertext byte is missing", lambda whole: whole.pop(24))
    spoiled("longer_by_a_byte", "a byte after the tag", lambda whole: whole.append(0))
    spoiled("longer_by_a_ciphertext_byte", "a byte between ciphertext and tag", lambda whole: whole.insert(-16, 0))
    spoiled("all_zero_tag", "a tag of zeros", lambda whole: whole.__setitem__(slice(-16, None), bytes(16)))
    spoiled("all_zero_body", "zeros after the header", lambda whole: whole.__setitem__(slice(8, None), bytes(72)))
    spoiled("empty_ciphertext", "an authentic nonce with no ciphertext", lambda whole: whole.__delitem__(slice(24, -16)))
    it = Token(plain, "gcm_without_subkey")
    nonce = it.header + it.random
    it.sealed = AESGCM(it.key_secret).encrypt(nonce[12:], it.padded, it.aad)
    write("gcm_without_subkey", it, "refused: forged", "ring", "plain AES-256-GCM under the key itself")
    it = Token(plain, "chacha_without_subkey", key=RETIRING)
    it.sealed = ChaCha20Poly1305(it.key_secret).encrypt(it.random[4:], it.padded, it.aad)
    write("chacha_without_subkey", it, "refused: forged", "ring", "ChaCha20-Poly1305 under the key itself")

    def padding(name, padded, why):
        refused(name, "bad_padding", "ring", why, plain=plain, padded=padded)

    padding("padding_no_mark", plain, "no 0x80")
    padding("padding_no_mark_zeros", claims() + session([("a", integer(5))]) + bytes(6), "zeros without a 0x80")
    padding("padding_all_zeros", bytes(64), "nothing but zeros")
    padding("padding_none", b"", "an empty plaintext: not even the 0x80")
    padding("padding_256_zeros", plain + b"\x80" + bytes(256), "one zero too many")
    padding("padding_0x81", plain + b"\x81", "another mark")
    padding("padding_ones", plain + b"\x80" + b"\xff" * 7, "0xff after the mark")
    padding("padding_pkcs7", plain + bytes([9] * 9), "PKCS #7 padding")


def write_claims_refusals():
    def bad(name, plain, why, kind=DATA, **token):
        refused(f"claims_{name}", "bad_claims", "claims", why, plain=plain, kind=kind, **token)

    start = time(NOW - 3600, NOW - 600)
    whole = start + b"\0\3\1"
    assert whole == claims()
    bad("none", b"", "an empty plaintext is no data token")
    bad("cut_in_varint", start[:1], "a number that goes on after the end")
    bad("cut_before_version", whole[:-1], "no version")
    bad("cut_before_form", start, "nothing says whose it is")
    bad("cut_in_person", start + b"\1" + PERSON[:15], "15 bytes of a person")
    bad("varint_not_minimal", start + b"\0\x83\0\1" + VISITS, "generation 3 in two bytes")
    bad("varint_not_minimal_zero", b"\x80\0" + b"\0\3\1" + VISITS, "started_at + 0 in two bytes")
    bad("varint_eleven_bytes", b"\xff" * 10 + b"\1" + b"\0\3\1" + VISITS, "a number of 11 bytes")
    bad("varint_beyond_64_bits", b"\xff" * 9 + b"\x02" + b"\0\3\1" + VISITS, "a number of 65 bits")
    bad("form_3", start + b"\3" + PERSON + b"\3\1" + VISITS, "there is no form 3")
    bad("form_not_minimal", start + b"\x81\0" + PERSON + b"\3\1" + VISITS, "a form is a byte and no varint")
    bad("form_255", start + b"\xff" + PERSON + b"\3\1" + VISITS, "there is no form 255")
    bad("generation_beyond_32_bits", start + b"\0" + varint(1 << 32) + b"\1" + VISITS, "generation 2^32")
    bad("version_beyond_16_bits", start + b"\0\3" + varint(1 << 16) + VISITS, "version 65,536")
    bad("started_before_1970", claims(started_at=-1) + VISITS, "started_at is -1")
    bad("started_after_2106", claims(started_at=1 << 32) + VISITS, "started_at is 2^32")
    bad("pointer_no_record", start + b"\2", "a pointer to nothing")
    bad("pointer_cut", pointer()[:-1], "15 bytes of a record's id")
    bad("pointer_left_over", pointer() + b"\0", "a byte after a record's id")
    bad("pointer_with_data", pointer() + b"\3\1" + VISITS, "data behind a pointer, whose data is in the store")
    bad("pointer_of_a_person", start + b"\2" + PERSON + RECORD_ID, "a person before the record's id: the record says whose it is")
    bad("pointer_form_not_minimal", start + b"\x82\0" + RECORD_ID, "a form is a byte and no varint")
    bad("pointer_time_not_minimal", b"\x80\0\2" + RECORD_ID, "started_at + 0 in two bytes")
    bad("pointer_started_before_1970", pointer(started_at=-1), "started_at is -1")
    bad("pointer_started_after_2106", pointer(started_at=1 << 32), "started_at is 2^32")
    bad("identity_data_left_over", identity() + b"\0", "a byte after the claims", kind=IDENTITY)
    bad("identity_empty", b"", "an empty plaintext is no identity", kind=IDENTITY)
    bad("identity_cut_session_id", SESSION_ID[:15], "15 bytes of a session id", kind=IDENTITY)
    bad("identity_cut_person", SESSION_ID + PERSON[:15], "15 bytes of a person", kind=IDENTITY)
    bad("identity_no_person", SESSION_ID + identity()[32:], "the subject where the person must be", kind=IDENTITY)
    bad("identity_subject_too_long", identity(b"s" * 1025), "a subject of 1,025 bytes", kind=IDENTITY)
    bad("identity_subject_not_utf8", identity(b"ada\xff"), "a byte that is not UTF-8", kind=IDENTITY)
    bad("identity_subject_surrogate", identity(b"\xed\xa0\x80"), "a surrogate in UTF-8", kind=IDENTITY)
    bad("identity_subject_cut", SESSION_ID + PERSON + varint(40) + b"ada", "a length beyond the end", kind=IDENTITY)
    end = time(NOW + DAY, NOW - 600)
    assert identity().endswith(b"\0" + end)
    bad("identity_remembered_2", identity(remembered=b"\2"), "a flag that is neither 0 nor 1", kind=IDENTITY)
    bad("identity_remembered_255", identity(remembered=b"\xff"), "a flag of all ones", kind=IDENTITY)
    bad("identity_remembered_missing", identity(remembered=b""), "the end where the flag must be", kind=IDENTITY)
    bad("identity_end_missing", identity()[: -len(end)], "there is always an end", kind=IDENTITY)
    bad("identity_end_cut", identity()[:-1], "a number that goes on after the end", kind=IDENTITY)
    bad("identity_ends_after_2106", identity(ends_at=1 << 32), "ends_at is 2^32", kind=IDENTITY)
    bad("identity_ends_before_1970", identity(ends_at=-1), "ends_at is -1", kind=IDENTITY)
    bad("activity_empty", b"", "an empty plaintext is nobody's activity", kind=ACTIVITY)
    bad("activity_cut", SESSION_ID[:15], "15 bytes of a session id", kind=ACTIVITY)
    bad("activity_left_over", SESSION_ID + b"\0", "a byte after the session id", kind=ACTIVITY)


def write_data_refusals():
    def bad(name, data, why):
        refused(f"data_{name}", "bad_data", "data", why, plain=claims() + data)

    bad("none", b"", "no data where a map must be")
    bad("half_a_print", b"\0", "one byte of a print")
    bad("print_alone", NO_PRINT, "a print and no map")
    bad("left_over", VISITS + b"\0", "a byte after the map")
    bad("cut", VISITS[:-1], "the last value is missing")
    bad("length_beyond_end", NO_PRINT + b"\1" + varint(1 << 60) + b"a", "a name longer than the token")
    bad("count_beyond_end", NO_PRINT + varint(1 << 60), "more entries than bytes")
    bad("unknown_value", session([("a", b"\x09")]), "there is no value 9")
    bad("bool_2", session([("a", b"\1\2")]), "a bool that is 2")
    bad("uint_that_fits_an_int", session([("a", b"\3" + varint(7))]), "a small number as a large one")
    bad("text_not_utf8", session([("a", b"\5\1\xff")]), "a byte that is not UTF-8")
    bad("names_out_of_order", session([("b", NULL), ("a", NULL)]), "names out of order")
    bad("name_twice", session([("a", NULL), ("a", NULL)]), "a name twice")
    bad("too_deep", nested(32, NULL), "33 levels")
    bad("too_deep_empty", nested(31, listing()), "an empty list on level 33")
    bad("too_many_values", session([("a", listing(*[NULL] * 4096))]), "4,097 values")
    refused("data_changed_shape", "changed_shape", "data", "a map under another print",
            plain=claims() + b"\0\1" + VISITS[2:])
    refused("data_version_newer", "newer_version", "data", "version 2 of a type that is at 1",
            plain=claims(version=2) + VISITS)
    refused("data_version_older", "older_version", "data", "version 0 of a type that is at 1 and migrates nothing",
            plain=claims(version=0) + VISITS)

    def flash(name, plain, why):
        refused(f"flash_{name}", "bad_claims", "data", why, plain=plain, kind=FLASH)

    flash("form_2", b"\2" + PERSON + b"\0\2hi", "there is no form 2 of messages")
    flash("form_alone", message(0, b"hi") + b"\0", "a form without its message")
    flash("person_cut", b"\1" + PERSON[:15], "15 bytes of a person")
    flash("level_4", message(4, b"no"), "there is no level 4")
    flash("level_missing", b"\1" + PERSON, "a person without a message")
    flash("no_text", b"\0\0", "a level without its text")
    flash("text_cut", b"\0\0\5hey", "a length beyond the end")
    flash("text_not_utf8", message(0, b"\xff"), "a byte that is not UTF-8")
    flash("length_not_minimal", b"\0\0\x82\0hi", "length 2 in two bytes")


def write_pointers():
    """Those that open; the refused ones are with the other claims."""
    opens("open_pointer", pointer(), "data that is a record in a store", stage="claims")
    opens("open_pointer_xchacha", pointer(), "suite 2", stage="claims", key=RETIRING)
    opens("open_pointer_shortest", pointer(started_at=NOW - 600), "the data began when the pointer was sealed: 18 bytes",
          stage="claims")
    opens("open_pointer_started_in_1970", pointer(started_at=0), "the earliest start", stage="claims")
    opens("open_pointer_started_in_2106", pointer(started_at=(1 << 32) - 1), "the latest start", stage="claims")
    opens("open_pointer_older_than_sessions_dead_before", pointer(started_at=NOW - 50 * DAY),
          "a pointer's start decides nothing: the record's claims do", stage="claims")
    opens("open_pointer_id_ends_in_0x80_zeros", pointer(record=digest("short", 13) + b"\x80\0\0"),
          "the id's own 0x80 and zeros stay", stage="claims")
    opens("open_pointer_id_of_zeros", pointer(record=bytes(16)), "zeros alone: the padding's are not taken for them",
          stage="claims")


def write_records():
    plain = claims() + VISITS

    def record(name, why, plain=plain, row_version=3, stage="data", **token):
        write(f"open_record_{name}", Token(plain, f"open_record_{name}", STORE_RECORD, **token), "opens", stage, why,
              row_version=row_version)

    record("nobodys", "a guest's session in a store")
    record("a_persons", "a person's session in a store", claims(owner=PERSON) + VISITS)
    record("xchacha", "suite 2", key=RETIRING)
    record("longer_than_any_text", "9,300 bytes: a record is no text", claims() + session([("a", raw(b"\x55" * 9300))]))
    record("not_padded", "no zeros", multiple=1)
    record("padded_to_256", "a multiple of 256", multiple=256)
    record("greatest_version", "version 2^32 - 1", claims(generation=(1 << 32) - 1) + VISITS, row_version=(1 << 32) - 1)
    record("version_0", "version 0", claims(generation=0) + VISITS, row_version=0)
    record("one_second_younger_than_the_limit", "the greatest age: longest_session + 59 s",
           claims(sealed_at=NOW - LONGEST - 59) + VISITS, sealed_at=NOW - LONGEST - 59)
    record("sealed_60_seconds_ahead", "the greatest difference of clocks", claims(sealed_at=NOW + 60) + VISITS,
           sealed_at=NOW + 60)
    write_records_of_others(plain)
    write_records_refused_by_the_ring(plain)
    write_record_claims()


def write_records_of_others(plain):
    """What opens as another record, and not as this one."""
    def bad(name, why, opened=None, kind=None, **token):
        it = Token(plain, f"record_{name}", STORE_RECORD if kind is None else kind, **token)
        write(f"record_{name}", it, "refused: bad_record", "ring", why, kind=STORE_RECORD,
              **dict(cookie_name="", context=RECORD_ID.hex()) | (opened or {}))

    bad("of_another_id", "the record of another row", context=digest("other record", 16).hex())
    bad("id_in_capitals", "parts are compared as bytes", context=RECORD_ID.hex().upper())
    bad("of_no_id", "a context is missing", context="")
    bad("of_another_type", "data of another type", tag="cart", opened={"tag": "map"})
    bad("of_another_audience", "another environment with the same ring", audience="shop.example/live",
        opened={"audience": "shop.example/vectors"})
    bad("with_a_cookie_name", "no cookie's name is bound: a session may be renamed", cookie_name="__Host-session")
    bad("sealed_as_data", "the use of a record, and the kind of a cookie's data", sealed_kind=DATA)
    bad("sealed_as_a_label", "another kind at rest in a store", sealed_kind=LABEL)
    bad("that_was_a_cookie", "a browser's cookie in a row", kind=DATA)
    it = Token(plain, "record_as_a_cookie", STORE_RECORD)
    write("record_as_a_cookie", it, "refused: forged", "ring", "a row in a browser's cookie", kind=DATA,
          cookie_name="__Host-session", context="")


def write_records_refused_by_the_ring(plain):
    def bad(name, why, change, refusal="bad_record", stage="ring", **token):
        it = Token(plain, f"record_{name}", STORE_RECORD, **token)
        body = text(change(it.bytes())).encode()
        write(f"record_{name}", it, f"refused: {refusal}", stage, why, body=body)

    bad("empty", "no byte", lambda it: b"", stage="text")
    bad("39_bytes", "one byte less than header, randomness and tag", lambda it: it[:39], stage="text")
    for suite in (0, 16):
        bad(f"suite_{suite}", f"there is no suite {suite}", lambda it: bytes([suite]) + it[1:], stage="text")
    bad("suite_other_than_keys", "sealed with suite 2 under a key of suite 1", bytes, suite=XCHACHA)
    bad("suite_later", "suite 3 may come, and this key is of suite 1", lambda it: b"\3" + it[1:])
    bad("changed_sealed_at", "one second younger than it was sealed", lambda it: it[:7] + bytes([it[7] ^ 1]) + it[8:])
    bad("changed_ciphertext", "a bit of the first byte", lambda it: it[:24] + bytes([it[24] ^ 1]) + it[25:])
    bad("changed_tag", "the last bit", lambda it: it[:-1] + bytes([it[-1] ^ 1]))
    bad("cut_last_byte", "a tag of 15 bytes", lambda it: it[:-1])
    bad("longer_by_a_byte", "a byte after the tag", lambda it: it + b"\0")
    bad("padding_no_mark", "no 0x80", bytes, padded=plain)
    bad("padding_256_zeros", "one zero too many", bytes, padded=plain + b"\x80" + bytes(256))

    def by_age(name, refusal, why, at=NOW - 600, **token):
        it = Token(claims(sealed_at=at) + VISITS, f"record_{name}", STORE_RECORD, sealed_at=at, **token)
        write(f"record_{name}", it, f"refused: {refusal}", "ring", why)

    by_age("key_unknown", "unknown_key", "no such key, and the ring is newer than the record", key=UNKNOWN)
    by_age("key_unknown_newer", "unknown_newer_key", "sealed 60 s before the ring was loaded", NOW - 60, key=UNKNOWN)
    by_age("key_destroyed", "key_destroyed", "the key left a tombstone", key=DESTROYED)
    for state in ("disabled", "revoked", "expired"):
        by_age(f"key_{state}", f"key_{state}", f"the key is {state}", key=KEYS[f"xaes {state}"])
    by_age("sealed_too_long_ago", "too_old", "longest_session + 60 s old", NOW - LONGEST - 60)
    by_age("sealed_61_seconds_ahead", "from_future", "61 s ahead", NOW + 61)
    by_age("sealed_301_seconds_ahead", "far_future", "301 s ahead", NOW + 301)


def write_record_claims():
    def bad(name, why, plain, refusal="bad_record", stage="claims", row_version=3):
        it = Token(plain, f"record_{name}", STORE_RECORD)
        write(f"record_{name}", it, f"refused: {refusal}", stage, why, row_version=row_version)

    bad("claims_none", "an empty plaintext", b"")
    bad("claims_cut", "no version", claims()[:-1])
    bad("claims_varint_not_minimal", "generation 3 in two bytes", time(NOW - 3600, NOW - 600) + b"\0\x83\0\1" + VISITS)
    bad("claims_form_3", "there is no form 3", time(NOW - 3600, NOW - 600) + b"\3" + PERSON + b"\3\1" + VISITS)
    bad("that_is_a_pointer", "a record points to no other", pointer())
    bad("that_points_to_itself", "a pointer, and claims and data behind it", pointer() + b"\3\1" + VISITS)
    bad("older_than_its_row", "an earlier version of the record, put back", claims() + VISITS, row_version=4)
    bad("newer_than_its_row", "a row whose version was set back", claims() + VISITS, row_version=2)
    bad("version_beyond_its_byte", "versions are compared whole: 259 is not 3", claims(generation=259) + VISITS)
    data = dict(stage="data")
    bad("version_newer", "version 2 of a type that is at 1", claims(version=2) + VISITS, "newer_version", **data)
    bad("version_older", "version 0 of a type that migrates nothing", claims(version=0) + VISITS, "older_version", **data)
    bad("changed_shape", "a map under another print", claims() + b"\0\1" + VISITS[2:], "changed_shape", **data)
    bad("data_left_over", "a byte after the map", claims() + VISITS + b"\0", "bad_data", **data)


if __name__ == "__main__":
    for old in HERE.glob("*.txt"):
        old.unlink()
    write_ring()
    write_persons()
    write_opening()
    write_pointers()
    write_records()
    write_text_refusals()
    write_ring_refusals()
    write_claims_refusals()
    write_data_refusals()
    open_count = sum(name.startswith("open_") for name in written)
    print(f"{open_count} open, {len(written) - open_count} are refused")
