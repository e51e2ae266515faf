//! A struct of the application's own in a `Map`: what goes in comes out, and what would not is refused at once.

use std::collections::BTreeMap;
use std::fmt::Debug;

use gingersnap::{Map, SessionError, Value};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
struct Profile {
    name: String,
    age: Option<u8>,
    scores: Vec<(u32, f64)>,
    kind: Kind,
    by_number: BTreeMap<i16, bool>,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
enum Kind {
    #[default]
    Guest,
    Member(u64),
    Staff {
        since: i64,
    },
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
#[serde(untagged)]
enum Either {
    Number(i32),
    Text(String),
}

/// The struct after a journey in a cookie.
#[track_caller]
fn sent<T: Serialize + DeserializeOwned>(it: &T) -> Option<T> {
    let mut map = Map::default();
    map.insert_as("it", it).unwrap();
    let bytes = postcard::to_allocvec(&map).unwrap();
    postcard::from_bytes::<Map>(&bytes).unwrap().get_as("it")
}

#[track_caller]
fn comes_back<T: Serialize + DeserializeOwned + Debug + PartialEq>(it: &T) {
    assert_eq!(sent(it).as_ref(), Some(it));
}

/// The error of a struct that does not go in; the map is as before.
#[track_caller]
fn refused<T: Serialize + DeserializeOwned>(it: &T) -> String {
    let mut map = Map::default();
    map.insert("it", "old");
    let error = map.insert_as("it", it).unwrap_err();
    assert!(matches!(error, SessionError::NotEncodable(_)));
    assert_eq!(map.get("it"), Some("old".to_owned()));
    error.to_string()
}

fn kinds() -> impl Strategy<Value = Kind> {
    let since = any::<i64>().prop_map(|since| Kind::Staff { since });
    prop_oneof![Just(Kind::Guest), any::<u64>().prop_map(Kind::Member), since]
}

proptest! {
    #[test]
    fn a_struct_comes_back(
        (name, age) in (".{0,9}", any::<Option<u8>>()),
        scores in prop::collection::vec((any::<u32>(), -1e300..1e300), 0..4),
        kind in kinds(),
        by_number in prop::collection::btree_map(any::<i16>(), any::<bool>(), 0..4),
        rest in prop::collection::btree_map("x.{0,4}", ".{0,4}", 0..3),
    ) {
        comes_back(&Profile { name, age, scores, kind, by_number, rest });
    }
}

#[test]
fn an_untagged_enum_comes_back_though_no_typed_session_carries_it() {
    comes_back(&vec![Either::Number(-7), Either::Text("seven".into())]);
}

#[test]
fn a_struct_is_read_by_its_fields_names_and_a_new_field_has_its_default() {
    #[derive(Deserialize, PartialEq, Debug)]
    struct Later {
        #[serde(default)]
        email: String,
        name: String,
    }
    let mut map = Map::default();
    map.insert_as("it", &Profile { name: "Ada".into(), ..Profile::default() }).unwrap();
    assert_eq!(map.get_as("it"), Some(Later { email: String::new(), name: "Ada".into() }));
    assert_eq!(map.at(&["it", "kind"]), &Value::Text("Guest".into()));
}

#[test]
fn what_is_of_another_kind_or_not_there_is_none() {
    let mut map = Map::default();
    map.insert("it", 7);
    assert_eq!(map.get_as::<Profile>("it"), None);
    assert_eq!(map.get_as::<Profile>("nobody"), None);
    assert_eq!(map.get_as::<u8>("it"), Some(7));
}

#[test]
fn the_value_before_is_returned() {
    let mut map = Map::default();
    assert_eq!(map.insert_as("it", &1).unwrap(), None);
    assert_eq!(map.insert_as("it", &"two".to_owned()).unwrap(), Some(Value::Int(1)));
}

#[test]
fn a_float_that_is_not_finite_is_refused_where_nothing_else_reads_as_it() {
    let error = refused(&f64::NAN);
    assert!(
        error.starts_with(
            "the session's data cannot be encoded: f64 does not go through JSON: invalid type: null"
        ),
        "{error}"
    );
    assert_eq!(sent(&Some(f64::INFINITY)), Some(None));
}

#[test]
fn a_number_beyond_64_bits_is_refused() {
    comes_back(&u64::MAX);
    comes_back(&i64::MIN);
    assert!(
        refused(&u128::MAX)
            .starts_with("the session's data cannot be encoded: u128 does not go through JSON: ")
    );
}

#[test]
fn a_type_that_does_not_read_what_it_writes_is_refused() {
    #[derive(Deserialize, Serialize)]
    struct Skips {
        #[serde(skip_serializing, rename = "secret")]
        _secret: String,
    }
    let error = refused(&Skips { _secret: "s3cret".into() });
    assert_eq!(
        error,
        "the session's data cannot be encoded: Skips does not go through JSON: missing field `secret`"
    );
}

#[test]
fn a_value_is_put_by_its_name_as_in_flask() {
    let mut map = Map::default();
    map["count"] = 1.into();
    map["user"] = "ada".into();
    map["count"] = (map.get::<i64>("count").unwrap_or(0) + 1).into();
    assert_eq!((map.get("count"), map.get("user"), map.len()), (Some(2), Some("ada".to_owned()), 2));
}

#[test]
fn a_name_that_is_borrowed_to_be_changed_is_there_as_null() {
    let mut map = Map::default();
    assert_eq!(map["nobody"], Value::Null);
    assert!(map.is_empty());
    let _ = &mut map["nobody"];
    assert!(map.contains("nobody"));
}
