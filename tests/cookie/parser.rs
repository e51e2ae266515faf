//! Reading `Cookie` fields byte for byte: a sibling domain's cookies must never pass for ours.

use std::time::{Duration, Instant};

use gingersnap::Refusal;
use gingersnap::cookie::{Candidates, candidates, values};

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
    let four = field(Candidates::MAX);
    assert_eq!(candidates([four.as_bytes()], b"__Host-id").unwrap().as_slice(), [b"0", b"1", b"2", b"3"]);
    let five = field(Candidates::MAX + 1);
    assert_eq!(candidates([five.as_bytes()], b"__Host-id").unwrap_err(), Refusal::TooManyCookies);
}

/// Returns this many cookies of each kind that could cost more than its bytes, and ours at the end.
fn crowds(cookies: usize) -> [Vec<u8>; 4] {
    let crowd = |pair: &dyn Fn(usize) -> String| {
        let pairs = (0..cookies).map(pair).collect::<String>();
        format!("{pairs}; __Host-id=good").into_bytes()
    };
    [
        crowd(&|n| format!("__Host-i{n}=value-{n}; ")),
        crowd(&|n| format!("__Host-id=a-value-of-which-there-are-three-{}; ", n % 3)),
        crowd(&|_| "; \t   = ".into()),
        crowd(&|n| format!("__Host-id{}x=1;", " ".repeat(n % 40))),
    ]
}

/// The shortest of several runs: other work of a machine only adds to it.
#[expect(clippy::disallowed_methods, reason = "it measures time")]
fn shortest(fields: &[&[u8]]) -> Duration {
    let run = || {
        let start = Instant::now();
        let last = candidates(fields.iter().copied(), b"__Host-id").unwrap().as_slice().last().copied();
        assert_eq!(last, Some(&b"good"[..]));
        start.elapsed()
    };
    (0..9).map(|_| run()).min().unwrap()
}

#[test]
fn twenty_times_the_cookies_cost_about_twenty_times_the_time() {
    for (few, many) in crowds(500).iter().zip(&crowds(10_000)) {
        for split in [|_: &u8| false, |byte: &u8| *byte == b';'] {
            let few = shortest(&few.split(split).collect::<Vec<_>>());
            let many = shortest(&many.split(split).collect::<Vec<_>>());
            // Four hundred times, if each cookie were compared with all before it.
            assert!(many < few * 100, "{few:?} {many:?}");
        }
    }
}
