//! Types that the encoding carries are accepted, whatever they are made of.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::CString;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZeroI16, NonZeroU32, NonZeroU128, Wrapping};
use std::ops::{Bound, Range, RangeInclusive};
use std::path::PathBuf;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, SystemTime};

use gingersnap::Map;
use serde::de::{Error as _, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::is_carried;

#[test]
fn what_takes_no_byte_is_carried_where_something_beside_it_takes_one() {
    is_carried::<()>();
    is_carried::<((), [(); 3])>();
    is_carried::<Vec<Option<()>>>();
    is_carried::<Vec<Result<(), ()>>>();
    is_carried::<Vec<((), u8)>>();
    is_carried::<BTreeMap<String, ()>>();
    is_carried::<BTreeMap<(), u8>>();
    is_carried::<BTreeSet<u8>>();
}

#[test]
fn numbers_texts_and_units_are_carried() {
    is_carried::<(bool, char, String, f32, f64)>();
    is_carried::<(u8, u16, u32, u64, u128, usize)>();
    is_carried::<(i8, i16, i32, i64, i128, isize)>();
    is_carried::<()>();
    is_carried::<(Box<str>, Cow<'static, str>, PathBuf, CString)>();
    is_carried::<(PhantomData<u8>, Wrapping<u8>)>();
}

#[test]
fn containers_are_carried() {
    is_carried::<(Vec<u8>, VecDeque<u16>, LinkedList<u32>, BinaryHeap<u64>)>();
    is_carried::<(BTreeSet<String>, HashSet<String>, BTreeMap<u8, String>, HashMap<(u8, u8), String>)>();
    is_carried::<(Option<u8>, Option<Option<u8>>, Option<()>, Vec<Option<()>>, Box<[u8]>)>();
    is_carried::<([u8; 0], [u8; 32], [Option<String>; 3], [[u8; 2]; 2])>();
}

#[test]
fn types_of_the_standard_library_that_refuse_some_values_are_carried() {
    is_carried::<(Option<NonZeroU32>, Vec<NonZeroI16>, Option<NonZeroU128>)>();
    is_carried::<(Option<IpAddr>, Option<SocketAddr>, Vec<Ipv4Addr>, Option<Ipv6Addr>)>();
    is_carried::<(Duration, Option<SystemTime>, Range<u32>, Option<RangeInclusive<u8>>)>();
    is_carried::<(Option<Bound<u8>>, Option<Result<u8, String>>)>();
}

#[test]
fn a_map_is_carried_alone_and_within() {
    is_carried::<Map>();
    is_carried::<(u8, Option<Map>, Vec<Map>, BTreeMap<String, Map>)>();
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
enum Kind {
    #[default]
    Unit,
    Newtype(u8),
    Tuple(u8, bool),
    Struct {
        x: u8,
        y: Option<char>,
    },
    Empty {},
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Unit;

#[derive(Clone, Default, Deserialize, Serialize)]
struct Newtype(Kind);

#[test]
fn enums_and_structs_of_every_style_are_carried() {
    is_carried::<(Kind, Unit, Newtype)>();
    is_carried::<(Vec<Kind>, BTreeMap<Kind, Kind>, HashMap<Kind, u8>)>();
    is_carried::<Option<Option<Vec<(Newtype, Unit)>>>>();
}

#[test]
fn recursive_types_are_carried() {
    #[derive(Clone, Deserialize, Serialize)]
    enum Expr {
        Add(Box<Expr>, Box<Expr>),
        Neg(Box<Expr>),
        If { it: Box<Expr>, then: Vec<Expr> },
        Number(i64),
    }
    impl Default for Expr {
        fn default() -> Self {
            Self::Neg(Box::new(Self::Number(1)))
        }
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Newtype(Vec<(Newtype, Newtype)>);
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct List {
        value: u32,
        next: Option<Box<List>>,
    }
    is_carried::<(Expr, Newtype, List)>();
}

#[test]
fn attributes_that_change_no_byte_are_carried() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields, default, expecting = "a cart")]
    struct Named {
        first_name: String,
        #[serde(rename = "type", alias = "kind", alias = "a")]
        of: Kind,
        #[serde(default)]
        extra: Option<u8>,
        #[serde(skip)]
        cache: HashMap<String, u64>,
        #[serde(skip_serializing, skip_deserializing)]
        both: u8,
        #[serde(alias = "z")]
        last: Option<String>,
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    #[serde(rename_all(serialize = "lowercase", deserialize = "UPPERCASE"))]
    enum Variants {
        #[default]
        #[serde(alias = "first", alias = "zero")]
        One,
        #[serde(alias = "second")]
        Two(Named),
        #[serde(skip)]
        Three,
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    #[serde(from = "(u8, String)", into = "(u8, String)")]
    struct Pair {
        text: String,
        number: u8,
    }
    impl From<(u8, String)> for Pair {
        fn from((number, text): (u8, String)) -> Self {
            Self { text, number }
        }
    }
    impl From<Pair> for (u8, String) {
        fn from(it: Pair) -> Self {
            (it.number, it.text)
        }
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    enum Aliased {
        #[default]
        #[serde(alias = "a", alias = "z")]
        A,
        #[serde(alias = "b")]
        B(u8),
        C(Option<u8>),
    }
    is_carried::<(Named, Variants, Aliased, Pair)>();
    is_carried::<Vec<(Option<Variants>, Named)>>();
}

#[test]
fn a_variant_that_is_read_and_never_written_is_carried_since_writing_it_is_an_error_already() {
    #[derive(Clone, Default, Deserialize, Serialize)]
    enum Kind {
        #[default]
        A,
        #[serde(skip_serializing)]
        B,
        C,
    }
    is_carried::<Kind>();
}

/// A date as libraries have it: a tuple, checked; text where people read it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Date(i32, u16);

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str("a date");
        }
        (self.0, self.1 + 1).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Err(D::Error::custom("no human is here"));
        }
        let (year, ordinal) = <(i32, u16)>::deserialize(deserializer)?;
        let ordinal = ordinal.checked_sub(1).filter(|it| *it < 366);
        ordinal.map(|it| Self(year, it)).ok_or_else(|| D::Error::custom("no such day"))
    }
}

/// Bytes that are lent, of one length.
#[derive(Clone, Default)]
pub(crate) struct Id([u8; 16]);

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl<'de> Visitor<'de> for Bytes {
            type Value = Id;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("16 bytes")
            }

            fn visit_borrowed_bytes<E: serde::de::Error>(self, it: &'de [u8]) -> Result<Id, E> {
                it.try_into().map(Id).map_err(E::custom)
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}

/// Text that is parsed.
#[derive(Clone)]
pub(crate) struct Address(IpAddr);

impl Default for Address {
    fn default() -> Self {
        Self(IpAddr::V6(Ipv6Addr::LOCALHOST))
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map(Self).map_err(D::Error::custom)
    }
}

#[test]
fn types_that_check_what_they_read_are_carried() {
    is_carried::<(Date, Id, Address)>();
    is_carried::<(Vec<Date>, Option<Id>, BTreeMap<u8, Address>)>();
}

#[test]
fn a_with_that_is_symmetric_is_carried() {
    mod millis {
        use super::{Deserialize, Deserializer, Duration, Serializer};

        pub(super) fn serialize<S: Serializer>(it: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_u64(u64::try_from(it.as_millis()).unwrap())
        }

        pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
            u64::deserialize(deserializer).map(Duration::from_millis)
        }
    }
    #[derive(Clone, Default, Deserialize, Serialize)]
    struct Timer {
        #[serde(with = "millis")]
        every: Duration,
    }
    is_carried::<Timer>();
}

#[test]
fn encodings_that_are_alike_may_be_mixed() {
    /// Written as bytes, read as a list of numbers.
    #[derive(Clone, Default, Deserialize)]
    struct Listed(Vec<u8>);
    impl Serialize for Listed {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.serialize_bytes(&self.0)
        }
    }
    /// Written as a map, read as a list of pairs.
    #[derive(Clone, Default, Deserialize)]
    struct Pairs(Vec<(String, u8)>);
    impl Serialize for Pairs {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
        }
    }
    is_carried::<(Listed, Vec<Listed>, Pairs)>();
}

#[test]
fn a_default_with_many_entries_is_carried_whatever_their_order() {
    #[derive(Clone, Deserialize, Serialize)]
    struct Prices(HashMap<String, u32>, HashSet<u64>);
    impl Default for Prices {
        fn default() -> Self {
            Self((0..100).map(|it| (format!("item {it}"), it)).collect(), (0..100).collect())
        }
    }
    is_carried::<Prices>();
}

#[test]
fn a_default_that_is_no_number_is_carried() {
    #[derive(Clone, Deserialize, Serialize)]
    struct Measured(f64, f32);
    impl Default for Measured {
        fn default() -> Self {
            Self(f64::NAN, f32::NEG_INFINITY)
        }
    }
    is_carried::<Measured>();
}

#[test]
fn a_type_of_which_no_value_can_be_made_up_is_judged_by_its_default() {
    #[derive(Clone, Default, Serialize)]
    struct Closed(u64);
    impl<'de> Deserialize<'de> for Closed {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            match u64::deserialize(deserializer)? {
                0x1234_5678 => Ok(Self(0x1234_5678)),
                other => Err(D::Error::custom(other)),
            }
        }
    }
    #[derive(Clone, Deserialize, Serialize)]
    enum Never {}
    is_carried::<(Vec<Closed>, Option<Never>, Vec<Never>)>();
}

#[test]
fn a_type_that_panics_at_values_it_never_has_is_carried() {
    /// A place in a list of names.
    #[derive(Clone, Deserialize)]
    struct Day(usize);
    impl Default for Day {
        fn default() -> Self {
            Self(9)
        }
    }
    impl Serialize for Day {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            assert!(self.0 >= 7, "no such day");
            self.0.serialize(serializer)
        }
    }
    is_carried::<(Day, Vec<Day>)>();
}

#[test]
fn interior_mutability_is_carried() {
    #[derive(Default, Deserialize, Serialize)]
    struct Counter(AtomicU32);
    impl Clone for Counter {
        fn clone(&self) -> Self {
            Self::default()
        }
    }
    is_carried::<Counter>();
}
