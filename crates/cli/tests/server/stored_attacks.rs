//! Attacks on sessions in a store: the same outcome wherever the visitor's own cart is.

use std::fs;

use crate::{
    attacks::{ADA, OWN, attack, ends, told, victim},
    browser::Browser,
    help::{Dir, Server},
};

/// Runs the test on a shop without a store, on one whose carts are in cookies still, and on one whose carts are in the store.
fn everywhere(test: impl Fn(&Server)) {
    let dir = Dir::new();
    test(&Server::start(&[]));
    test(&Server::start(&["--store", &in_file(&dir)]));
    test(&Server::start(&["--store", &in_file(&dir), "--place", "store"]));
}

fn in_file(dir: &Dir) -> String {
    format!("sqlite:{}", dir.path().join("sessions.db").display())
}

#[test]
fn a_stored_session_is_not_rolled_back_and_opens_as_it_is_now() {
    everywhere(|server| {
        let mut ada = victim(server, ADA);
        let verdict = "Nothing came back: the cart is the newest there is, with 5 pieces.";
        let steps = ["4", "5", "5"].map(|pieces| format!("ada@example.com | accepted | {pieces} pieces"));
        ends(&mut ada, "older", verdict, &steps.each_ref().map(String::as_str));
        let page = attack(&mut ada, "older");
        page.says("no cookie helps against that");
        let pointers = pointers(&page.body, "__Host-session-own=");
        // What is put back is the very pointer that is there.
        let [.., before, after, again] = &pointers[..] else { panic!("{pointers:?}") };
        assert!(before == after && after == again, "{pointers:?}");
    });
}

/// The cookies of this name that the page shows, shortened.
fn pointers<'p>(page: &'p str, name: &str) -> Vec<&'p str> {
    let values = page.split(name).skip(1);
    values.map(|rest| rest.split_whitespace().next().expect("a value")).collect()
}

#[test]
fn a_pointer_whose_row_went_with_the_log_out_is_refused_as_gone() {
    everywhere(|server| {
        let mut ada = victim(server, ADA);
        let steps = [
            "ada@example.com | accepted | 4 pieces",
            "nobody | none found | nothing",
            "nobody | refused, ended | nothing",
            "ada@example.com | accepted | refused, gone",
        ];
        ends(&mut ada, "gone", "Refused (gone): the session is not in the store any more.", &steps);
        // It was a log-out of the range's: hers is as it was.
        ada.get("/").says("Log out</button>");
    });
}

#[test]
fn a_pointer_that_was_planted_before_the_log_in_opens_nothing_after_it() {
    everywhere(|server| {
        let mut ada = victim(server, ADA);
        let steps = [
            "nobody | none found | 1 piece",
            "ada@example.com | accepted | 2 pieces",
            "nobody | none found | nothing",
            "mallory@example.com | accepted | nothing",
        ];
        let verdict = "It opens nothing: to whoever planted it the cart is empty, logged in or not.";
        ends(&mut ada, "plant", verdict, &steps);
        attack(&mut ada, "plant").says("Before that, the two of you share the cart.");
    });
}

#[test]
fn who_has_no_cart_can_try_the_attacks_on_stored_sessions_too() {
    everywhere(|server| {
        let mut ada = Browser::new(server);
        ada.submit("/login", ADA);
        for (id, verdict, last) in [
            ("older", "Nothing came back", "ada@example.com | accepted | 2 pieces"),
            ("gone", "Refused (gone)", "ada@example.com | accepted | refused, gone"),
            ("plant", "It opens nothing", "mallory@example.com | accepted | nothing"),
        ] {
            let (told, steps) = told(&attack(&mut ada, id));
            assert!(told.starts_with(verdict), "{id}: {told}");
            assert_eq!(steps.last().map(String::as_str), Some(last), "{id}");
        }
        ada.get("/").says("Nothing in it yet.");
    });
}

#[test]
fn a_cart_in_the_store_is_not_put_back_and_the_page_says_so() {
    let dir = Dir::new();
    let server = Server::start(&["--store", &in_file(&dir), "--place", "store"]);
    let mut ada = victim(&server, ADA);
    let more = "ada@example.com | accepted | 4 pieces";
    let works = "Accepted: to the shop this is ada@example.com, cart: 4 pieces.";
    ends(&mut ada, "rollback", works, &[more, more]);
    attack(&mut ada, "rollback").says("so nothing old came back");
    assert_eq!(told(&attack(&mut ada, "flip")).1[0], OWN);
}

/// Wherever the cart is: who is logged in is in the store's list.
#[test]
fn with_a_store_a_copy_is_worth_nothing_after_the_log_out_and_the_page_says_so() {
    let dir = Dir::new();
    for place in [&[][..], &["--place", "store"]] {
        let store = in_file(&dir);
        let server = Server::start(&[&["--store", &store][..], place].concat());
        let mut ada = victim(&server, ADA);
        let steps = [OWN, "nobody | none found | nothing", "nobody | refused, ended | nothing"];
        let page = attack(&mut ada, "replay");
        page.says("Logging out ended the login itself");
        let (verdict, told) = told(&page);
        assert_eq!(told, steps);
        let time = verdict.strip_prefix("Refused (ended): the sign-in was ended, ");
        let time = time.and_then(|it| it.strip_suffix(" ms after you logged out.")).expect("a time");
        assert!((1..2_000).contains(&time.parse::<u32>().expect("milliseconds")), "{time}");
        // It was a log-out of the range's.
        ada.get("/").says("Log out</button>");
    }
}

/// A real log-out, and a real copy.
#[test]
fn with_a_store_a_log_out_ends_every_copy() {
    let dir = Dir::new();
    let server = Server::start(&["--store", &in_file(&dir)]);
    let mut ada = victim(&server, ADA);
    let mut copy = Browser::new(&server);
    copy.cookies.clone_from(&ada.cookies);
    copy.get("/").says("Log out</button>");
    ada.submit("/logout", "");
    copy.get("/").does_not_say("Log out</button>");
}

/// What an attack does to a stored cart it does to a copy.
#[test]
fn attacks_change_nothing_in_the_store() {
    let dir = Dir::new();
    let server = Server::start(&["--store", &in_file(&dir), "--place", "store"]);
    let mut ada = victim(&server, ADA);
    let written = || ["sessions.db", "sessions.db-wal"].map(|name| fs::read(dir.path().join(name)).ok());
    let before = written();
    for id in ["rollback", "replay", "beside", "swap", "older", "gone", "plant"] {
        attack(&mut ada, id);
        assert!(written() == before, "{id} wrote to the store");
    }
    ada.submit("/cart-items", "item=gift-tin&qty=1").says("3 × Rye loaf</span>");
    assert!(written() != before, "a change is seen there");
}
