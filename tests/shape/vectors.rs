//! Shape prints are those that another implementation found from declarations (`tests/vectors/prints.py`).

use std::collections::BTreeMap;

use gingersnap::{Map, testing};
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Data, Of};

macro_rules! data {
    ($($item:item)*) => { $(
        #[derive(Clone, Default, Deserialize, PartialEq, Serialize)]
        $item
    )* };
}

data! {
    struct Nothing;
    struct Id(u32);
    struct Outer(Middle);
    struct Middle(Inner);
    struct Inner(u8);
    struct Pair(u8, String);
    struct Cart {
        lines: Vec<(String, u32)>,
        note: Option<String>,
    }
    struct Bare {}
    struct Shop {
        cart: Cart,
        mails: BTreeMap<String, Id>,
    }
    #[serde(rename = "basket")]
    struct Renamed {
        #[serde(rename = "Lines")]
        lines: Vec<u8>,
        #[serde(rename = "a,b](")]
        odd: u8,
        größe: u8,
    }
    struct Aliased {
        #[serde(alias = "whole", alias = "sum")]
        total: u32,
        last: u8,
    }
    enum Old {
        #[default]
        #[serde(alias = "Former")]
        New,
        Other,
    }
    enum Kind {
        #[default]
        Unit,
        Newtype(u8),
        Tuple(u8, bool),
        Struct { x: u8, y: Option<char> },
    }
    struct Front {
        kind: Kind,
        after: Vec<Kind>,
    }
    #[serde(try_from = "String")]
    struct Mail(String);
    struct User {
        mail: Mail,
        age: u8,
    }
    #[serde(rename = "Span")]
    struct AnySpan {
        start: u32,
        end: u32,
    }
    #[serde(try_from = "AnySpan")]
    struct Span {
        start: u32,
        end: u32,
    }
    #[serde(try_from = "String")]
    struct Shout(String);
    struct Hidden {
        seen: u8,
        shout: Shout,
        unseen: u8,
    }
    struct Half {
        hidden: Option<Hidden>,
        list: Vec<Shout>,
        after: u8,
    }
    enum Either {
        Hidden(Hidden),
        #[default]
        Plain,
    }
    struct Mixed {
        either: Either,
        after: u8,
    }
    struct Node {
        value: u8,
        next: Option<Box<Node>>,
    }
    struct Tree {
        branches: Vec<Tree>,
        name: String,
    }
    struct Person {
        name: String,
        teams: Vec<Team>,
    }
    struct Team {
        lead: Option<Box<Person>>,
        size: u32,
    }
    #[serde(transparent)]
    struct Nameless(Vec<Nameless>);
    struct Extra {
        more: Map,
        after: u8,
    }
    struct Zero {
        z93651: u8,
    }
}

#[derive(Clone, Deserialize, Serialize)]
enum Sum {
    Add(Box<Sum>, Box<Sum>),
    Minus(Box<Sum>),
    Number(u8),
}

impl Default for Sum {
    fn default() -> Self {
        Self::Number(0)
    }
}

/// No value of it ends.
#[derive(Clone, Deserialize, Serialize)]
struct Endless {
    before: u8,
    next: Box<Endless>,
    after: u8,
}

impl Default for Endless {
    fn default() -> Self {
        unreachable!("a print is not taken from the default")
    }
}

impl TryFrom<String> for Mail {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.contains('@') { Ok(Self(text)) } else { Err("no address") }
    }
}

impl TryFrom<String> for Shout {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.len() > 1_000 { Ok(Self(text)) } else { Err("too quiet") }
    }
}

impl TryFrom<AnySpan> for Span {
    type Error = &'static str;

    fn try_from(AnySpan { start, end }: AnySpan) -> Result<Self, Self::Error> {
        if start < end { Ok(Self { start, end }) } else { Err("ends before it starts") }
    }
}

/// `N` bytes, or any number for 0.
#[derive(Clone, Default)]
struct Bytes<const N: usize>(Vec<u8>);

impl<const N: usize> Serialize for Bytes<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de, const N: usize> Deserialize<'de> for Bytes<N> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;

        impl Visitor<'_> for Any {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: serde::de::Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.into())
            }
        }

        let bytes = deserializer.deserialize_byte_buf(Any)?;
        if N == 0 || bytes.len() == N { Ok(Self(bytes)) } else { Err(D::Error::custom("another length")) }
    }
}

type Leaves = (bool, char, f32, f64, String);
type Integers = (u8, u16, u32, u64, u128, i8, i16, i32, i64, i128);

#[test]
fn prints_are_those_that_another_implementation_found_from_declarations() {
    let own = [
        ("leaves", print::<Leaves>()),
        ("integers", print::<Integers>()),
        ("unit", print::<()>()),
        ("unit_struct", print::<Nothing>()),
        ("newtype", print::<Id>()),
        ("newtypes", print::<Outer>()),
        ("tuple", print::<(u8, String)>()),
        ("tuple_of_none", print::<[u8; 0]>()),
        ("tuple_struct", print::<Pair>()),
        ("array", print::<[u16; 3]>()),
        ("struct", print::<Cart>()),
        ("struct_without_fields", print::<Bare>()),
        ("nested", print::<Shop>()),
        ("renamed", print::<Renamed>()),
        ("alias", print::<Aliased>()),
        ("alias_of_a_variant", print::<Old>()),
        ("option", print::<Option<Option<u8>>>()),
        ("list", print::<Vec<Vec<bool>>>()),
        ("map", print::<BTreeMap<String, Vec<u8>>>()),
        ("bytes", print::<(Bytes<0>, u8)>()),
        ("bytes_of_16", print::<Bytes<16>>()),
        ("enum", print::<Kind>()),
        ("enum_in_front", print::<Front>()),
        ("try_from", print::<User>()),
        ("try_from_two", print::<Span>()),
        ("opaque", print::<Hidden>()),
        ("opaque_in_an_option", print::<Half>()),
        ("opaque_in_an_enum", print::<Mixed>()),
        ("recursive_option", print::<Node>()),
        ("recursive_list", print::<Tree>()),
        ("recursive_enum", print::<Sum>()),
        ("recursive_in_two", print::<Person>()),
        ("recursive_without_end", print::<Endless>()),
        ("recursive_without_a_name", print::<Nameless>()),
        ("too_large", print::<[[[u8; 10]; 10]; 10]>()),
        ("map_in_a_struct", print::<Extra>()),
        ("zero", print::<Zero>()),
    ];
    let own = own.map(|(name, print)| format!("{name}\t{print}"));
    let other: Vec<&str> = PRINTS.lines().map(|line| line.rsplit_once('\t').unwrap().0).collect();
    assert_eq!(own.as_slice(), other);
}

fn print<T: Data>() -> String {
    testing::print::<Of<T>>()
}

const PRINTS: &str = include_str!("../vectors/prints.tsv");
