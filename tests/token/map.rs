//! `Map`: everything that is written can be read, and nothing else is read.

use std::collections::BTreeMap;

use gingersnap::{Map, Value};
use proptest::prelude::*;

fn write(map: &Map) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_allocvec(map)
}

fn read(bytes: &[u8]) -> Option<Map> {
    match postcard::take_from_bytes(bytes) {
        Ok((map, [])) => Some(map),
        _ => None,
    }
}

/// A map that holds `innermost` inside `levels` lists.
fn nested(levels: usize, innermost: Value) -> Map {
    let mut map = Map::default();
    map.insert("deep", (0..levels).fold(innermost, |value, _| Value::List(vec![value])));
    map
}

fn values(count: usize) -> Map {
    let mut map = Map::default();
    map.insert("list", vec![Value::Null; count - 1]);
    map
}

#[test]
fn a_map_is_written_as_the_format_says() {
    let mut map = Map::default();
    assert_eq!(write(&map).unwrap(), b"\0");
    map.insert("b", -3);
    map.insert("a", Value::Null);
    map.insert("c", vec![true, false]);
    map.insert("d", u64::MAX);
    map.insert("e", 0.5);
    map.insert("f", "é");
    map.insert("g", Value::Bytes(vec![0, 0x80]));
    map.insert("h", BTreeMap::from([(String::new(), 1)]));
    let expected = b"\x08\x01a\x00\x01b\x02\x05\x01c\x07\x02\x01\x01\x01\x00\
        \x01d\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01e\x04\x00\x00\x00\x00\x00\x00\xe0\x3f\
        \x01f\x05\x02\xc3\xa9\x01g\x06\x02\x00\x80\x01h\x08\x01\x00\x02\x02";
    assert_eq!(write(&map).unwrap(), expected);
    assert_eq!(read(expected), Some(map));
}

#[test]
fn thirty_two_levels_are_written_and_thirty_three_are_not() {
    let deepest = nested(31, Value::Null);
    assert_eq!(read(&write(&deepest).unwrap()), Some(deepest));
    assert!(write(&nested(32, Value::Null)).is_err());
}

#[test]
fn an_empty_list_or_map_counts_as_a_level_when_it_is_written() {
    for empty in [Value::List(vec![]), Value::Map(BTreeMap::new())] {
        let deepest = nested(30, empty.clone());
        assert_eq!(read(&write(&deepest).unwrap()), Some(deepest));
        assert!(write(&nested(31, empty)).is_err(), "it could never be read again");
    }
}

#[test]
fn four_thousand_and_ninety_six_values_are_written_and_one_more_is_not() {
    let most = values(4096);
    assert_eq!(read(&write(&most).unwrap()), Some(most));
    assert!(write(&values(4097)).is_err(), "it could never be read again");
}

#[test]
fn a_small_number_that_was_given_as_a_large_one_is_written_as_a_small_one() {
    let mut map = Map::default();
    map.insert("n", Value::Uint(7));
    let written = write(&map).unwrap();
    assert_eq!(written, b"\x01\x01n\x02\x0e");
    assert_eq!(read(&written).unwrap().get::<u64>("n"), Some(7));
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(Value::Uint),
        any::<f64>().prop_map(Value::Float),
        "\\PC{0,8}".prop_map(Value::Text),
        prop::collection::vec(any::<u8>(), 0..8).prop_map(Value::Bytes),
    ];
    leaf.prop_recursive(40, 64, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map("[a-c]{0,2}", inner, 0..4).prop_map(Value::Map),
        ]
    })
}

fn map() -> impl Strategy<Value = Map> {
    (prop::collection::vec(("[a-e]{0,2}", value()), 0..5), 0..34usize).prop_map(|(entries, levels)| {
        let mut map = Map::default();
        for (name, value) in entries {
            map.insert(name, (0..levels).fold(value, |value, _| Value::List(vec![value])));
        }
        map
    })
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_back(map in map()) {
        if let Ok(written) = write(&map) {
            let again = read(&written);
            prop_assert!(again.is_some(), "{map:?} is lost");
            // A small `Uint` comes back as an `Int`: the bytes are compared.
            prop_assert_eq!(write(&again.unwrap()).unwrap(), written);
        }
    }

    #[test]
    fn a_cut_map_is_not_read(map in map()) {
        if let Ok(written) = write(&map) {
            for cut in 0..written.len() {
                prop_assert!(read(&written[..cut]).is_none());
            }
        }
    }
}
