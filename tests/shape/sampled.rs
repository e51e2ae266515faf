//! A fault is found wherever it stands: deep inside, in one variant of many, behind a type that validates.

use std::collections::{BTreeMap, BTreeSet};
use std::num::{NonZeroI64, NonZeroU8};

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::carried::{Address, Date, Id};
use crate::{Data, build, is_carried, is_refused};

/// Cannot be carried, unless it is `Some`.
#[derive(Clone, Debug, Default, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
struct Fault {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gap: Option<u8>,
}

#[track_caller]
fn is_found<T: Data>(path: &str) {
    is_refused::<T>(&format!(
        "{path}.gap: #[serde(skip_serializing_if)] leaves fields out, and the encoding has no names to tell which; remove it"
    ));
}

#[test]
fn a_fault_is_found_in_every_container() {
    is_found::<Vec<Fault>>("[]");
    is_found::<Option<Option<Box<Fault>>>>("");
    is_found::<[Fault; 2]>(".0");
    is_found::<(u8, Fault)>(".1");
    is_found::<BTreeSet<Fault>>("[]");
    is_found::<BTreeMap<Fault, u8>>("[key]");
    is_found::<BTreeMap<u8, Fault>>("[]");
    is_found::<Vec<Option<BTreeMap<String, Vec<(u8, Option<Fault>)>>>>>("[][][].1");
    is_found::<Option<Result<u8, Fault>>>("::Err");
}

#[derive(Clone, Default, Deserialize, Serialize)]
enum Kind {
    #[default]
    None,
    One(u8),
    Two(u8, u8),
    Three {
        it: Vec<Faulty>,
    },
}

#[derive(Clone, Default, Deserialize, Serialize)]
enum Faulty {
    #[default]
    A,
    B,
    C {
        it: Fault,
    },
}

#[test]
fn a_fault_is_found_in_one_variant_within_another() {
    is_found::<(Kind, u8)>(".0::Three.it[]::C.it");
}

#[test]
fn a_fault_is_found_in_a_recursive_type() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Node {
        left: Option<Box<Node>>,
        right: Vec<Node>,
        more: BTreeMap<u8, Node>,
        fault: Option<Fault>,
    }
    #[derive(Clone, Deserialize, Serialize)]
    enum Expr {
        Add(Box<Expr>, Box<Expr>),
        If { then: Box<Expr>, or: Vec<Expr> },
        Faulty(Box<Expr>, Fault),
        Number(i64),
    }
    impl Default for Expr {
        fn default() -> Self {
            Self::Number(0)
        }
    }
    is_found::<Node>(".fault");
    let text = build::<Expr>().map(|_| ()).unwrap_err().to_string();
    assert!(text.contains("::Faulty.1.gap: #[serde(skip_serializing_if)] "), "{text}");
}

#[test]
fn a_fault_is_found_in_a_recursive_type_of_many_variants() {
    macro_rules! wide {
        ($($name:ident)*) => {
            #[derive(Clone, Deserialize, Serialize)]
            enum Wide {
                $($name(Box<Wide>, Box<Wide>),)*
                Faulty(Fault),
                Number(u8),
            }
        };
    }
    wide!(A B C D E F G H I J K L M N O P Q R S T U V W X Y Z);
    impl Default for Wide {
        fn default() -> Self {
            Self::Number(0)
        }
    }
    let text = build::<Wide>().map(|_| ()).unwrap_err().to_string();
    assert!(text.contains("::Faulty.gap: #[serde(skip_serializing_if)] "), "{text}");
}

#[test]
fn a_recursion_by_hand_comes_to_its_end() {
    /// Says whether it is the last, and goes on if not.
    #[derive(Clone, Default)]
    struct Chain(Option<Box<Chain>>);
    impl Serialize for Chain {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            match &self.0 {
                Some(next) => (false, next).serialize(serializer),
                None => (true,).serialize(serializer),
            }
        }
    }
    impl<'de> Deserialize<'de> for Chain {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_tuple(2, Links)
        }
    }
    struct Links;
    impl<'de> Visitor<'de> for Links {
        type Value = Chain;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a chain")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut links: A) -> Result<Chain, A::Error> {
            let is_last = links.next_element()?.unwrap_or(true);
            let next = if is_last { None } else { links.next_element()? };
            Ok(Chain(next))
        }
    }
    is_carried::<Chain>();
    is_found::<(Chain, Option<Fault>)>(".1");
}

/// Text in capitals; every other is refused.
#[derive(Clone, Serialize)]
struct Capitals(String);

impl Default for Capitals {
    fn default() -> Self {
        Self("ANN".into())
    }
}

impl<'de> Deserialize<'de> for Capitals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let is_good = !text.is_empty() && text.chars().all(|it| it.is_ascii_uppercase());
        if is_good { Ok(Self(text)) } else { Err(D::Error::custom("not in capitals")) }
    }
}

/// Not empty, and made of text.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(from = "String", into = "String")]
struct Number(u32);

impl From<String> for Number {
    fn from(text: String) -> Self {
        Self(text.parse().unwrap_or_default())
    }
}

impl From<Number> for String {
    fn from(it: Number) -> Self {
        it.0.to_string()
    }
}

#[test]
fn a_fault_is_found_behind_what_refuses_most_samples() {
    #[derive(Clone, Deserialize, Serialize)]
    struct Strict {
        zero: NonZeroU8,
        name: Capitals,
        number: Number,
        address: Option<std::net::Ipv4Addr>,
        faults: Vec<Fault>,
        zero_too: NonZeroI64,
    }
    impl Default for Strict {
        fn default() -> Self {
            Self {
                zero: NonZeroU8::MAX,
                name: Capitals::default(),
                number: Number(7),
                address: None,
                faults: Vec::new(),
                zero_too: NonZeroI64::MIN,
            }
        }
    }
    is_found::<Strict>(".faults[]");
}

#[test]
fn a_fault_is_found_behind_types_that_check_what_they_read() {
    is_found::<(Date, Id, Address, Option<Fault>)>(".3");
    is_found::<Vec<(Date, Id, Address, Option<Fault>)>>("[].3");
}

#[test]
fn a_fault_is_found_within_a_struct_that_is_checked_as_a_whole() {
    #[derive(Clone, Deserialize, Serialize)]
    #[serde(try_from = "Unchecked")]
    struct Order {
        number: u32,
        lines: Vec<Fault>,
    }
    #[derive(Deserialize)]
    struct Unchecked {
        number: u32,
        lines: Vec<Fault>,
    }
    impl TryFrom<Unchecked> for Order {
        type Error = &'static str;

        fn try_from(Unchecked { number, lines }: Unchecked) -> Result<Self, Self::Error> {
            if number == 0 { Err("not an order") } else { Ok(Self { number, lines }) }
        }
    }
    impl Default for Order {
        fn default() -> Self {
            Self { number: 1, lines: Vec::new() }
        }
    }
    is_found::<Order>(".lines[]");
}

#[test]
fn a_fault_behind_what_refuses_every_sample_is_not_found() {
    /// No default is known of the text within, and no sample is in capitals.
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Behind {
        name: Option<Box<Capitals>>,
        fault: Option<Fault>,
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Closed {
        list: Vec<(Capitals, Fault)>,
    }
    is_found::<Behind>(".fault");
    is_carried::<Closed>();
}

#[test]
fn a_fault_that_the_default_alone_shows_is_found() {
    fn is_seven(it: &u8) -> bool {
        *it == 7
    }
    #[derive(Clone, Deserialize, Serialize)]
    struct Seven {
        #[serde(skip_serializing_if = "is_seven")]
        it: u8,
    }
    impl Default for Seven {
        fn default() -> Self {
            Self { it: 7 }
        }
    }
    is_refused::<Seven>(
        ".it: #[serde(skip_serializing_if)] leaves fields out, and the encoding has no names to tell which; remove it",
    );
}

#[test]
fn a_type_without_end_is_tried_out_in_part() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Tree {
        name: String,
        branches: Vec<(Tree, Tree, Option<Box<Tree>>)>,
        more: BTreeMap<String, Tree>,
    }
    is_carried::<Tree>();
    is_carried::<[(Tree, Tree); 32]>();
}
