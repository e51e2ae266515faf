//! The demo's sessions in a store.

use crate::{
    browser::Browser,
    help::{Dir, Server},
};

const TINS: &str = "3 × Gift tin</span>";

/// Options that keep sessions in a file of this directory.
fn options(dir: &Dir) -> [String; 4] {
    let store = format!("sqlite:{}", dir.path().join("sessions.db").display());
    ["--store".into(), store, "--place".into(), "store".into()]
}

fn start(dir: &Dir, at: Dir) -> Server {
    let options = options(dir);
    Server::start_in(at, &options.each_ref().map(String::as_str))
}

#[test]
fn a_cart_in_the_store_is_there_after_a_restart_and_its_cookie_only_points_to_it() {
    let records = Dir::new();
    let server = start(&records, Dir::new());
    let mut browser = Browser::new(&server);
    browser.submit("/cart-items", "item=gift-tin&qty=1");
    let pointer = browser.cookies["__Host-session"].clone();
    assert_eq!(pointer.len(), 96);
    browser.submit("/cart-items", "item=gift-tin&qty=3").says(TINS);
    assert_eq!(browser.cookies["__Host-session"], pointer);
    let page = browser.get("/session");
    page.says("<dt>Kept</dt><dd>on the server, ");
    page.says("it would fit</dd>");

    let cookies = browser.cookies.clone();
    let ring = std::fs::read(server.ring()).expect("a ring");
    drop(server);
    let next = Dir::new();
    gingersnap_keys(&next, &ring);
    let server = start(&records, next);
    let mut browser = Browser::new(&server);
    browser.cookies = cookies;
    browser.get("/").says(TINS);
    browser.submit("/login", "email=ada@example.com").says(TINS);
    browser.submit("/logout", "").says("Nothing in it yet.");
}

/// Puts a ring where the next server looks for its own.
fn gingersnap_keys(dir: &Dir, ring: &[u8]) {
    use std::os::unix::fs::PermissionsExt as _;
    let path = dir.path().join("gingersnap-keys.json");
    std::fs::write(&path, ring).expect("writes");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("a mode");
}

#[test]
fn a_cart_in_its_cookie_says_what_the_store_would_take() {
    let dir = Dir::new();
    let store = format!("sqlite:{}", dir.path().join("sessions.db").display());
    let server = Server::start(&["--store", &store]);
    let mut browser = Browser::new(&server);
    browser.submit("/cart-items", "item=gift-tin&qty=3").says(TINS);
    let page = browser.get("/session");
    page.says("<dt>Kept</dt><dd>in this cookie, and nowhere else</dd>");
    page.says("bytes on the server, and a cookie of 110</dd>");
}
