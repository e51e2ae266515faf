//! `gingersnap token inspect`, `open` and `seal`.

use super::*;

/// Claims of nobody's session that began 5 seconds before it was sealed, and the data `abc`.
const PLAIN: &str = "09000702616263";

fn sealed(place: &Place, args: &[&str]) -> String {
    sealed_of(place, args, PLAIN)
}

pub(crate) fn sealed_of(place: &Place, args: &[&str], plain: &str) -> String {
    let output = place.run_with_stdin(&[&["token", "seal", "--audience", "shop"], args].concat(), plain);
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).trim().to_owned()
}

#[track_caller]
fn refused(place: &Place, args: &[&str], kind: &str) {
    let output = place.run(args);
    assert_eq!(output.status.code(), Some(1));
    let stderr = text(&output.stderr);
    assert!(
        stderr.starts_with(&format!("gingersnap: error: refused: {kind}\ngingersnap: hint: ")),
        "{stderr}"
    );
    assert_eq!(text(&output.stdout), "");
}

#[test]
fn a_sealed_token_is_opened_and_told_fact_by_fact() {
    let place = Place::with_ring("token_open");
    let now = place.ring().keys()[0].created().unix() + 1;
    let token = sealed(&place, &["--now", &now.to_string()]);
    let args = ["token", "open", &token, "--audience", "shop", "--now", &now.to_string(), "--json"];
    let key = place.keys("active").remove(0);
    let expected = serde_json::json!({
        "kind": "data", "key": key, "sealed_at": now, "started_at": now - 5, "owner": null,
        "generation": 7, "version": 2, "data": "616263", "plain": PLAIN,
    });
    assert_eq!(place.json(&args), expected);
    let args = ["token", "open", "--audience", "shop"];
    let output = place.run_with_stdin(&args, &format!("{token}\n"));
    let shown = text(&output.stdout);
    assert!(shown.contains("\nversion     2\n"), "{shown}");
    // Times are times: Unix seconds are for programs.
    assert!(shown.contains(&format!("\nsealed_at   {} (", time(Timestamp::from_unix(now)))), "{shown}");
}

#[test]
fn whose_a_token_is_and_when_it_ends_is_told() {
    let place = Place::with_ring("token_person");
    let now = place.ring().keys()[0].created().unix() + 1;
    let (session_id, person) = ("0123456789abcdef".repeat(2), "fedcba9876543210".repeat(2));
    let opened = |kind: &str, plain: &str| {
        let use_of = ["--kind", kind, "--now", &now.to_string()];
        let token = sealed_of(&place, &use_of, plain);
        place.json(&[&["token", "open", &token, "--audience", "shop", "--json"], &use_of[..]].concat())
    };
    let facts = opened("data", &format!("0901{person}0702616263"));
    assert_eq!((&facts["owner"], &facts["data"]), (&person.clone().into(), &"616263".into()));
    let plain = format!("{session_id}{person}036164610900010a");
    let expected = serde_json::json!({
        "kind": "identity", "key": place.keys("active")[0], "sealed_at": now, "session_id": session_id,
        "person": person, "subject": "ada", "started_at": now - 5, "authenticated_at": now,
        "remembered": true, "ends_at": now + 5, "plain": plain,
    });
    assert_eq!(opened("identity", &plain), expected);
    let messages = serde_json::json!([
        { "owner": null, "level": "info", "text": "a" },
        { "owner": person, "level": "error", "text": "b" },
    ]);
    assert_eq!(opened("flash", &format!("0000016101{person}030162"))["messages"], messages);
}

#[test]
fn inspect_needs_no_ring_and_vouches_for_nothing() {
    let place = Place::with_ring("token_inspect");
    let now = place.ring().keys()[0].created().unix() + 1;
    let token = sealed(&place, &["--now", &now.to_string()]);
    let key = place.keys("active").remove(0);
    fs::remove_file(place.ring_path()).unwrap();
    let expected = serde_json::json!({ "suite": "xaes-256-gcm", "key": key, "sealed_at": now });
    assert_eq!(place.json(&["token", "inspect", &token, "--json"]), expected);
    let out = place.succeeds(&["token", "inspect", &token]);
    assert!(out.starts_with(&format!("suite      xaes-256-gcm\nkey        {key}\nsealed at  2")), "{out}");
    assert!(
        out.ends_with("not verified: anybody can write this; `gingersnap token open` verifies\n"),
        "{out}"
    );
}

#[test]
fn a_token_opens_for_nothing_but_what_it_was_sealed_for() {
    let place = Place::with_ring("token_aad");
    let token =
        sealed(&place, &["--tag", "cart", "--cookie-name", "c", "--context", "x", "--kind", "service-token"]);
    let right = [
        ("--audience", "shop"),
        ("--tag", "cart"),
        ("--cookie-name", "c"),
        ("--context", "x"),
        ("--kind", "service-token"),
    ];
    let args = |wrong: Option<usize>| {
        let mut args = vec!["token", "open", &token];
        for (index, (name, value)) in right.iter().enumerate() {
            let other = if *name == "--kind" { "data" } else { "other" };
            args.extend([*name, if wrong == Some(index) { other } else { value }]);
        }
        args
    };
    place.succeeds(&args(None));
    for wrong in 0..right.len() {
        refused(&place, &args(Some(wrong)), "forged");
    }
}

#[test]
fn each_refusal_is_named() {
    let place = Place::with_ring("token_refused");
    let now = place.ring().keys()[0].created().unix() + 1;
    let at = |now: u64| now.to_string();
    let token = sealed(&place, &["--now", &at(now)]);
    let open = |token: &str, now: u64, kind: &str| {
        refused(&place, &["token", "open", token, "--audience", "shop", "--now", &at(now)], kind);
    };
    open("AAAA", now, "too_short");
    open("not a token", now, "not_base64url");
    open(&format!("{token}="), now, "not_base64url");
    open(&format!("Z{}", &token[1..]), now, "unknown_suite");
    open(&with_suite_2(&token), now, "wrong_suite");
    open(&token, now - 61, "from_future");
    open(&token, now + 30 * 86_400 + 60, "too_old");
    place.succeeds(&["keys", "disable", &place.keys("active")[0]]);
    open(&token, now, "key_disabled");
    place.succeeds(&["keys", "emergency", "--yes"]);
    open(&token, now, "key_revoked");
    fs::remove_file(place.ring_path()).unwrap();
    place.succeeds(&INIT);
    open(&token, now, "unknown_newer_key");
    open(&token, now + 61, "unknown_key");
}

/// The token with the suite byte 2 instead of 1: bits 6 and 7 are the first ones of the second character.
fn with_suite_2(token: &str) -> String {
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let second = alphabet.find(&token[1..2]).unwrap() + 16;
    format!("A{}{}", &alphabet[second..=second], &token[2..])
}

#[test]
fn what_cannot_be_sealed_is_told() {
    let place = Place::with_ring("token_seal");
    let output = place.run_with_stdin(&["token", "seal", "--audience", "shop"], "0g");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "gingersnap: error: standard input is not hexadecimal digits\n\
         gingersnap: hint: write claims and data as `token open` shows them under \"plain\"\n"
    );
    place.succeeds(&["keys", "disable", &place.keys("active")[0]]);
    let error = "gingersnap: error: no key of the ring may seal now\n";
    place.fails(&["token", "seal", "--audience", "shop"], 1, error);
    let error = "gingersnap: error: the audience is empty\n\
                 gingersnap: hint: it is the one that the application was built with\n";
    place.fails(&["token", "seal", "--audience", ""], 2, error);
}
