//! One bad pair never drops another, and none that only looks like ours is taken for it.

use gingersnap::cookie::{candidates, values};
use proptest::prelude::*;
use proptest::sample::select;

use crate::pairs::{junk, layouts, strangers};

const NAME: &str = "__Host-id";
const GOOD: &[u8] = b"__Host-id=good";
const LANG: &[u8] = b"lang=de";

#[track_caller]
fn finds(fields: &[Vec<u8>], name: &str, expected: &[&[u8]]) {
    let fields = || fields.iter().map(Vec::as_slice);
    let found = values(fields(), name.as_bytes()).collect::<Vec<_>>();
    let shown = || fields().map(|field| field.escape_ascii().to_string()).collect::<Vec<_>>();
    assert_eq!(found, expected, "{name} in {:?}", shown());
    assert_eq!(candidates(fields(), name.as_bytes()).unwrap().as_slice(), expected, "{:?}", shown());
}

#[test]
fn no_stranger_is_taken_for_ours() {
    for name in [NAME, "__Host-Http-id", "__Secure-id", "id"] {
        for pair in strangers(name, "evil") {
            for fields in layouts(&[&pair, LANG, &pair]) {
                finds(&fields, name, &[]);
                finds(&fields, "lang", &[b"de"]);
            }
        }
    }
}

#[test]
fn no_pair_hides_another() {
    for pair in strangers(NAME, "evil") {
        for pairs in [[&pair, GOOD, LANG], [GOOD, LANG, &pair], [LANG, &pair, GOOD], [&pair, GOOD, &pair]] {
            for fields in layouts(&pairs) {
                finds(&fields, NAME, &[b"good"]);
                if pairs.contains(&LANG) {
                    finds(&fields, "lang", &[b"de"]);
                }
            }
        }
    }
}

#[test]
fn junk_under_our_name_is_a_value_beside_the_good_one_and_byte_for_byte_what_came() {
    for pair in junk(NAME, "good") {
        let value = pair[NAME.len() + 1..].split(|&byte| byte == b';').next().unwrap();
        for fields in layouts(&[GOOD, &pair, LANG]) {
            finds(&fields, NAME, &[b"good", value]);
            finds(&fields, "lang", &[b"de"]);
        }
        for fields in layouts(&[&pair, LANG, GOOD]) {
            finds(&fields, NAME, &[value, b"good"]);
        }
    }
}

/// A pair of the table, or any bytes, now and then with bytes in them that matter to the parser.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        select(strangers(NAME, "evil")),
        prop::collection::vec(any::<u8>(), 0..40),
        prop::collection::vec(select(b"__Host-id=;;;, \t\"%\xa0\0".to_vec()), 0..40),
    ]
}

/// A good pair's neighbours in its own field, and the fields before and after.
type Surroundings = (Vec<Vec<u8>>, Vec<u8>, Vec<u8>, Vec<Vec<u8>>);

fn surroundings() -> impl Strategy<Value = Surroundings> {
    let fields = || prop::collection::vec(anything(), 0..4);
    (fields(), anything(), anything(), fields())
}

/// The values in these fields, each read alone.
fn how_many(fields: &[Vec<u8>]) -> usize {
    fields.iter().map(|field| values([&field[..]], NAME.as_bytes()).count()).sum()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn what_stands_around_a_pair_changes_nothing_of_it((before, left, right, after) in surroundings()) {
        let field = [&left, &b";"[..], GOOD, b";", &right].concat();
        let fields = before.iter().chain([&field]).chain(&after).map(Vec::as_slice);
        let found = values(fields, NAME.as_bytes()).collect::<Vec<_>>();
        let ahead = how_many(&before) + how_many(&[left]);
        prop_assert_eq!(found[ahead], b"good");
        prop_assert_eq!(found.len(), ahead + 1 + how_many(&[right]) + how_many(&after));
    }
}
