//! Reading `Cookie` fields byte for byte: what a sibling domain can set must never pass for ours.

use std::time::{Duration, Instant};

use gingersnap::Refusal;
use gingersnap::cookie::{MAX_CANDIDATES, candidates, values};

/// The values of `__Host-id` in these fields, as text.
fn found(fields: &[&[u8]]) -> Vec<String> {
    values(fields.iter().copied(), b"__Host-id").map(|value| value.escape_ascii().to_string()).collect()
}

#[track_caller]
fn finds(field: &str, expected: &[&str]) {
    assert_eq!(found(&[field.as_bytes()]), expected, "{field:?}");
}

#[test]
fn a_name_is_compared_byte_for_byte() {
    finds("__Host-id=good", &["good"]);
    for name in
        ["__%48ost-id", "%5F_Host-id", "__Host%2Did", "__host-id", "__HOST-ID", "__Host-ID", "__Host-id%20"]
    {
        finds(&format!("{name}=evil"), &[]);
    }
}

#[test]
fn a_name_that_begins_or_ends_like_ours_is_another() {
    for name in ["__Host-i", "__Host-id2", "__Host-id-", "x__Host-id", "_Host-id", "id", "__Host-__Host-id"] {
        finds(&format!("{name}=evil"), &[]);
    }
}

#[test]
fn no_white_space_but_sp_and_htab_is_trimmed() {
    for space in [
        "\u{2000}", "\u{85}", "\u{a0}", "\u{feff}", "\u{3000}", "\u{200b}", "\u{b}", "\u{c}", "\r", "\n",
        "\0",
    ] {
        finds(&format!("{space}__Host-id=evil"), &[]);
        finds(&format!("__Host-id{space}=evil"), &[]);
        assert_ne!(found(&[format!("__Host-id={space}v").as_bytes()]), ["v"]);
    }
    finds(" \t __Host-id \t=\t value \t ", &["value"]);
    finds("a=1;__Host-id=1;\t__Host-id=2 ;  __Host-id=3", &["1", "2", "3"]);
}

#[test]
fn latin_1_bytes_are_no_white_space_either() {
    for byte in [0x85, 0xa0, 0xff] {
        assert_eq!(found(&[&[&[byte], &b"__Host-id=evil"[..]].concat()]), Vec::<String>::new());
    }
}

#[test]
fn quotes_are_part_of_the_value() {
    finds("__Host-id=\"a b\"", &["\\\"a b\\\""]);
    finds("__Host-id=\"a; __Host-id=b\"", &["\\\"a", "b\\\""]);
    finds("\"__Host-id\"=evil", &[]);
}

#[test]
fn the_attributes_of_old_cookies_are_cookies() {
    finds("$Version=1; __Host-id=good; $Path=/", &["good"]);
    finds("$Version=1, __Host-id=evil", &[]);
    finds("$__Host-id=evil", &[]);
}

#[test]
fn nameless_pairs_are_skipped() {
    finds("__Host-id", &[]);
    finds("=__Host-id=evil", &[]);
    finds("=; =x; ;; __Host-id; __Host-id=good;", &["good"]);
    finds("", &[]);
    finds(";", &[]);
}

#[test]
fn the_first_equals_sign_ends_the_name() {
    finds("__Host-id==evil=", &["=evil="]);
    finds("__Host-id=", &[""]);
    assert_eq!(values([&b"a=b=c"[..]], b"a=b").count(), 0);
}

#[test]
fn a_bad_byte_drops_its_own_pair_alone() {
    let field = [&b"bad=\xff\xfe; \xc3\x28=x; __Host-id=good; also=\x80"[..]].concat();
    assert_eq!(found(&[&field]), ["good"]);
}

#[test]
fn all_fields_are_read_in_order() {
    assert_eq!(found(&[b"__Host-id=1; a=b", b"c=d", b"", b"__Host-id=2"]), ["1", "2"]);
}

#[test]
fn four_different_values_are_candidates_and_a_fifth_refuses_all() {
    let field = |n| (0..n).map(|it| format!("__Host-id={it}; __Host-id={it}")).collect::<Vec<_>>().join("; ");
    let four = field(MAX_CANDIDATES);
    assert_eq!(candidates([four.as_bytes()], b"__Host-id").unwrap().as_slice(), [b"0", b"1", b"2", b"3"]);
    let five = field(MAX_CANDIDATES + 1);
    assert_eq!(candidates([five.as_bytes()], b"__Host-id").unwrap_err(), Refusal::TooManyCookies);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it measures time")]
fn ten_thousand_cookies_are_read_in_no_time() {
    let mut field = (0..10_000).map(|n| format!("__Host-i{n}=value-{n}; ")).collect::<String>();
    field.push_str("__Host-id=good");
    let start = Instant::now();
    finds(&field, &["good"]);
    assert!(start.elapsed() < Duration::from_millis(100), "{:?}", start.elapsed());
}
