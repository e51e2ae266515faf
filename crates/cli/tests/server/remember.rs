//! "Stay logged in on this browser."

use std::process::Command;

use crate::{
    browser::{Browser, Page},
    help::{Dir, Server, command},
};

/// The `Set-Cookie` field of a cookie.
#[track_caller]
fn set<'p>(page: &'p Page, name: &str) -> &'p str {
    let fields = page.fields("set-cookie");
    let field = fields.iter().find(|field| field.starts_with(&format!("{name}=")));
    field.unwrap_or_else(|| panic!("{name} is not in {fields:?}"))
}

#[test]
fn who_asks_to_stay_gets_cookies_that_outlive_the_window() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.get("/login").says("Stay logged in on this browser (30 days)");
    let page = browser.post("/login", "email=ada@example.com&remember=on");
    assert!(set(&page, "__Host-id").ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=2592000"));
    browser.get("/").says("Hello ada@example.com. You stay logged in on this browser for 30 days.");

    // What is hers is kept as long.
    let page = browser.post("/cart-items", "item=rye-loaf&qty=1");
    let max_age = set(&page, "__Host-session-own").rsplit_once("; Max-Age=").expect("a Max-Age").1;
    let max_age: u64 = max_age.parse().expect("seconds");
    assert!((2_591_000..=2_592_000).contains(&max_age), "{max_age}");
    browser.get("/session").says("<dt>You stay logged in until</dt>");
}

#[test]
fn who_does_not_ask_is_forgotten_with_the_window() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    let page = browser.post("/login", "email=ada@example.com");
    assert!(set(&page, "__Host-id").ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"));
    let page = browser.get("/session");
    page.says("<dt>Ends, if you stay away</dt>");
    page.does_not_say("You stay logged in until");
}

#[test]
fn nobody_stays_longer_than_the_ring_allows() {
    let dir = Dir::new();
    let ring = dir.path().join("ring.json");
    let mut init = Command::new(command(&dir, &[]).get_program());
    init.args(["keys", "init", "--plaintext", "--longest-session", "7d", "--keys"]).arg(&ring);
    assert!(init.output().expect("runs").status.success());
    let server = Server::start(&["--keys", ring.to_str().expect("text")]);
    let mut browser = Browser::new(&server);
    browser.get("/login").says("Stay logged in on this browser (7 days)");
    let page = browser.post("/login", "email=ada@example.com&remember=on");
    assert!(set(&page, "__Host-id").ends_with("; Max-Age=604800"));
}
