//! `gingersnap token` on what is in a store: pointers and records.

use super::token::sealed_of;
use super::*;

const ID: &str = "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf";
/// Claims of nobody's session that began 5 seconds before it was sealed, generation 7, version 2, and the data `abc`.
const PLAIN: &str = "09000702616263";
const USE: [&str; 6] = ["--kind", "store-record", "--tag", "cart", "--context", ID];

/// A record as `token seal` writes it, in base64url.
fn record(place: &Place, now: &str) -> String {
    sealed_of(place, &[&USE[..], &["--now", now]].concat(), PLAIN)
}

fn now(place: &Place) -> String {
    (place.ring().keys()[0].created().unix() + 1).to_string()
}

/// Opens a record that standard input holds.
fn open(place: &Place, text: &str, args: &[&str]) -> Output {
    place.run_with_stdin(&[&["token", "open", "--audience", "shop"], args].concat(), text)
}

#[track_caller]
fn fails(output: &Output, status: i32, stderr: &str) {
    assert_eq!(text(&output.stderr), stderr);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(status), ""));
}

fn hex_of(base64url: &str) -> String {
    let bytes = base64_simd::URL_SAFE_NO_PAD.decode_to_vec(base64url).unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_pointer_names_its_record() {
    let place = Place::with_ring("in_store_pointer");
    let now = now(&place);
    let token = sealed_of(&place, &["--tag", "cart", "--now", &now], &format!("0902{ID}"));
    assert_eq!(token.len(), 96);
    let args = ["token", "open", &token, "--audience", "shop", "--tag", "cart", "--now", &now];
    let unix: u64 = now.parse().unwrap();
    let expected = serde_json::json!({
        "kind": "data", "key": place.keys("active")[0], "sealed_at": unix, "started_at": unix - 5,
        "record": ID, "plain": format!("0902{ID}"),
    });
    assert_eq!(place.json(&[&args[..], &["--json"]].concat()), expected);
    let told = place.succeeds(&args);
    assert!(told.contains(&format!("\nrecord      {ID}\n")), "{told}");
}

#[test]
fn a_record_is_opened_as_a_database_shows_it_and_in_base64url() {
    let place = Place::with_ring("in_store_record");
    let now = now(&place);
    let record = record(&place, &now);
    let unix: u64 = now.parse().unwrap();
    let expected = serde_json::json!({
        "kind": "store-record", "key": place.keys("active")[0], "sealed_at": unix, "started_at": unix - 5,
        "owner": null, "generation": 7, "version": 2, "data": "616263", "plain": PLAIN,
    });
    let hex = hex_of(&record);
    for text in [&record, &hex, &hex.to_uppercase(), &format!("\\x{hex}")] {
        let args = ["token", "open", text, "--audience", "shop", "--now", &now, "--json"];
        assert_eq!(place.json(&[&args[..], &USE].concat()), expected);
    }
    let output =
        open(&place, &format!("{hex}\n"), &[&USE[..], &["--now", &now, "--row-version", "7"]].concat());
    assert_eq!(text(&output.stderr), "");
    assert!(text(&output.stdout).contains("\ngeneration  7\n"), "{}", text(&output.stdout));
}

#[test]
fn a_record_is_longer_than_any_cookie() {
    let place = Place::with_ring("in_store_long");
    let plain = PLAIN.to_owned() + &"61".repeat(60_000);
    let record = sealed_of(&place, &USE, &plain);
    assert!(record.len() > 80_000);
    let output = open(&place, &record, &[&USE[..], &["--json"]].concat());
    let facts: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(facts["plain"], plain);
    let beyond = "0".repeat(3 << 20);
    let error = "gingersnap: error: refused: bad_record\n\
                 gingersnap: hint: it is longer than any record\n";
    fails(&open(&place, &beyond, &USE), 1, error);
}

#[test]
fn what_is_not_that_record_is_refused_and_the_hint_says_why() {
    let place = Place::with_ring("in_store_refused");
    let now = now(&place);
    let record = record(&place, &now);
    let refused = |text: &str, args: &[&str], hint: &str| {
        let output = open(&place, text, &[&["--now", &now], args].concat());
        fails(&output, 1, &format!("gingersnap: error: refused: bad_record\ngingersnap: hint: {hint}\n"));
    };
    let other =
        "it is not the record of this --context, --tag and --audience, or was changed since it was sealed";
    let another = ID.replace('b', "c");
    refused(&record, &["--kind", "store-record", "--tag", "cart", "--context", &another], other);
    refused(&record, &["--kind", "store-record", "--tag", "map", "--context", ID], other);
    refused(&record, &[&USE[..], &["--cookie-name", "__Host-session"]].concat(), other);
    refused(&format!("{}A", &record[..record.len() - 1]), &USE, other);
    refused("0102", &USE, "the token is shorter than an empty one");
    let put_back = "it was sealed as version 7, and its row has 8: one of them was put back";
    refused(&record, &[&USE[..], &["--row-version", "8"]].concat(), put_back);
    let pointer = sealed_of(&place, &[&USE[..], &["--now", &now]].concat(), &format!("0902{ID}"));
    refused(&pointer, &USE, "the claims are malformed");
    let cookie = ["--tag", "cart", "--now", &now];
    let output = open(&place, &record, &cookie);
    assert!(text(&output.stderr).starts_with("gingersnap: error: refused: forged\n"));
}

#[test]
fn what_is_no_record_at_all_is_an_error_with_a_hint() {
    let place = Place::with_ring("in_store_none");
    let error = "gingersnap: error: a record is its bytes in hexadecimal digits or base64url\n\
                 gingersnap: hint: SQLite shows them with hex(record), PostgreSQL with encode(record, 'hex')\n";
    for text in ["no record", "01a", "\\xzz", "AaGyw2tJ0gAA+/", "AaGyw2tJ0gAQERITFBUWFxgZGhscHR4fLckz7Q="] {
        fails(&open(&place, text, &USE), 2, error);
    }
    let record = record(&place, &now(&place));
    let error = "gingersnap: error: the context of a record is its id, 32 lower-case hexadecimal digits\n\
                 gingersnap: hint: `token open` of the pointer, the session's cookie, shows it as \"record\"; --context names it\n";
    for id in ["", "b0b1", &ID.to_uppercase()] {
        fails(&open(&place, &record, &["--kind", "store-record", "--context", id]), 2, error);
    }
    let error = "gingersnap: error: --row-version is a record's\n\
                 gingersnap: hint: give --kind store-record with it\n";
    fails(&open(&place, &record, &["--row-version", "7"]), 2, error);
}
