//! The print of a type changes with its shape, and with nothing else.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};

use gingersnap::{Map, testing};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Data, Of};

fn print<T: Data>() -> String {
    testing::print::<Of<T>>()
}

/// The print of a type that is declared on the spot.
macro_rules! print {
    ($(#[$attribute:meta])* $kind:ident $name:ident $($rest:tt)*) => {{
        #[derive(Clone, Default, Deserialize, Serialize)]
        $(#[$attribute])*
        $kind $name $($rest)*
        print::<$name>()
    }};
}

#[test]
fn each_change_of_a_struct_changes_its_print() {
    let all = [
        print! { struct Order { quantity: u32, discount: u32 } },
        print! { struct Order { discount: u32, quantity: u32 } },
        print! { struct Order { amount: u32, discount: u32 } },
        print! { struct Order { quantity: u64, discount: u32 } },
        print! { struct Order { quantity: i32, discount: u32 } },
        print! { struct Order { quantity: u32, discount: Option<u32> } },
        print! { struct Order { quantity: u32, discount: Vec<u32> } },
        print! { struct Order { quantity: u32, discount: (u32,) } },
        print! { struct Order { quantity: u32, discount: u32, admin: bool } },
        print! { struct Order { quantity: u32 } },
        print! { struct Order(u32, u32); },
        print! { #[serde(rename_all = "UPPERCASE")] struct Order { quantity: u32, discount: u32 } },
        print! { struct Order { #[serde(alias = "pieces")] quantity: u32, discount: u32 } },
    ];
    are_different(&all);
}

#[test]
fn each_change_of_an_enum_changes_its_print() {
    let all = [
        print! { enum Paid { #[default] No, Card(u32), Cash { given: u32 } } },
        print! { enum Paid { #[default] No, Cash { given: u32 }, Card(u32) } },
        print! { enum Paid { #[default] No, Bill(u32), Cash { given: u32 } } },
        print! { enum Paid { #[default] No, Card(u64), Cash { given: u32 } } },
        print! { enum Paid { #[default] No, Card(u32), Cash { taken: u32 } } },
        print! { enum Paid { #[default] No, Card(u32), Cash { given: u64 } } },
        print! { enum Paid { #[default] No, Card(u32), Cash { given: u32 }, Later } },
        print! { enum Paid { #[default] No, Card(u32) } },
        print! { enum Paid { #[default] No, Card, Cash { given: u32 } } },
    ];
    are_different(&all);
}

/// A type may be renamed, by itself or by serde, and so may those within it.
#[test]
fn a_renamed_type_keeps_its_print() {
    let same = [
        [print! { struct Order { quantity: u32 } }, print! { struct OrderV2 { quantity: u32 } }],
        [print! { struct Order; }, print! { struct OrderV2; }],
        [print! { struct Order(u32); }, print! { struct OrderV2(u32); }],
        [print! { struct Order(u32, u8); }, print! { struct OrderV2(u32, u8); }],
        [
            print! { enum Paid { #[default] No, Card(u32) } },
            print! { enum PaidV2 { #[default] No, Card(u32) } },
        ],
        [
            print! { struct Order(Inner, u8); },
            print! { #[serde(rename = "basket")] struct Order(Renamed, u8); },
        ],
        [print::<List>(), print::<ListV2>()],
    ];
    for [one, other] in same {
        assert_eq!(one, other);
    }
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Renamed {
    left: u8,
    right: u8,
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct List {
    next: Option<Box<List>>,
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct ListV2 {
    next: Option<Box<ListV2>>,
}

#[test]
fn a_change_deep_inside_changes_the_print() {
    let all = [
        print::<Vec<BTreeMap<String, Option<(u8, Inner)>>>>(),
        print::<Vec<BTreeMap<String, Option<(u8, Other)>>>>(),
        print::<Vec<BTreeMap<String, Option<(u8, Inner, Other)>>>>(),
        print::<Vec<BTreeMap<u8, Option<(u8, Inner)>>>>(),
        print::<Vec<Vec<Option<(u8, Inner)>>>>(),
    ];
    are_different(&all);
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Inner {
    left: u8,
    right: u8,
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Other {
    right: u8,
    left: u8,
}

#[derive(Clone, Deserialize, Serialize)]
struct OtherDefault {
    left: u8,
    right: u8,
}

impl Default for OtherDefault {
    fn default() -> Self {
        Self { left: 7, right: 9 }
    }
}

/// Another order of derives, more of them, documentation, and what never reaches the encoding.
#[derive(Serialize, Deserialize, PartialEq, Debug, Default, Clone)]
struct Decorated {
    /// The left one.
    #[serde(default)]
    left: u8,
    right: u8,
    #[serde(skip)]
    scratch: Vec<String>,
}

#[test]
fn defaults_documents_derives_and_skipped_fields_change_no_print() {
    let same = [print::<Inner>(), print::<OtherDefault>(), print::<Decorated>(), print::<Box<Inner>>()];
    assert_eq!(same.map(|it| it == print::<Inner>()), [true; 4]);
    assert_eq!(print::<String>(), print::<Box<str>>());
}

#[test]
fn the_map_alone_has_the_print_0() {
    assert_eq!(testing::print::<Map>(), "0000");
    assert_ne!(print::<Map>(), "0000");
}

/// Refuses, or panics, or goes on, whatever it meets.
macro_rules! strange {
    ($($name:ident |$deserializer:ident| $read:expr;)*) => { $(
        #[derive(Clone, Default)]
        struct $name;

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_unit()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>($deserializer: D) -> Result<Self, D::Error> {
                $read
            }
        }
    )* };
}

strange! {
    Refuses |_deserializer| Err(D::Error::custom("never"));
    AsksNothing |_deserializer| Ok(Self);
    Panics |deserializer| {
        u8::deserialize(deserializer)?;
        panic!("a sample");
    };
    Swallows |deserializer| {
        let _ = Vec::<Option<(Refuses, u8)>>::deserialize(deserializer);
        Ok(Self)
    };
    RefusesLater |deserializer| {
        <(u8, Option<char>, Vec<(bool, String)>)>::deserialize(deserializer)?;
        Err(D::Error::custom("late"))
    };
    Whimsical |deserializer| {
        static TIMES: AtomicU32 = AtomicU32::new(0);
        match TIMES.fetch_add(1, Ordering::Relaxed) % 3 {
            0 => <(u8, Refuses)>::deserialize(deserializer).map(|_| Self),
            1 => <(u16, bool, Panics)>::deserialize(deserializer).map(|_| Self),
            _ => Option::<String>::deserialize(deserializer).map(|_| Self),
        }
    };
}

#[derive(Clone, Deserialize, Serialize)]
enum Never {}

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(untagged)]
enum Untagged {
    #[default]
    Nothing,
    Some(u8),
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Flat {
    #[serde(flatten)]
    inner: Inner,
}

#[test]
fn a_print_is_found_of_types_that_refuse_panic_or_answer_differently_each_time() {
    let all = [
        print::<Refuses>(),
        print::<Panics>(),
        print::<Swallows>(),
        print::<RefusesLater>(),
        print::<Option<Never>>(),
        print::<Untagged>(),
        print::<Flat>(),
        print::<Vec<()>>(),
        print::<Vec<AsksNothing>>(),
    ];
    are_different(&all);
    assert_eq!(print::<Whimsical>().len(), 4);
}

/// Each of 12 types stands twice in the next: 4,096 at the bottom.
#[test]
fn a_print_is_found_of_types_that_are_large_or_nested() {
    macro_rules! twice {
        ($inner:ty;) => { $inner };
        ($inner:ty; $_:tt $($rest:tt)*) => { twice!((Option<$inner>, $inner); $($rest)*) };
    }
    let all = [
        print::<[[[Option<u8>; 32]; 32]; 32]>(),
        print::<twice!(Inner; 1 2 3 4 5 6 7 8 9 10 11 12)>(),
        print::<twice!(Refuses; 1 2 3 4 5 6 7 8 9 10 11 12)>(),
        print::<[[Option<RefusesLater>; 32]; 32]>(),
    ];
    are_different(&all);
}

#[track_caller]
fn are_different(prints: &[String]) {
    for (index, one) in prints.iter().enumerate() {
        assert_eq!(prints.iter().position(|other| other == one), Some(index), "{prints:?}");
    }
}
