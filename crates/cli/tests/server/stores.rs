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
    page.says("<dt>Lives</dt><dd>on our server; this cookie only points to it</dd>");

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

/// The shop with a cart in it, in a browser that was logged in or was not.
fn with_a_cart(server: &Server, login: bool) -> Browser<'_> {
    let mut browser = Browser::new(server);
    if login {
        browser.submit("/login", "email=ada@example.com");
    }
    browser.submit("/cart-items", "item=gift-tin&qty=3").says(TINS);
    browser.submit("/cart-items", "item=A+birthday+cake+with+a+7+on+it&qty=1");
    browser
}

/// The numbers of the cart's two homes: the one it has, and bytes in each request and on the server for both.
fn homes(browser: &mut Browser<'_>) -> (String, [String; 2]) {
    let page = browser.get("/session").body;
    let card = page.split("Your cart</h2>").nth(1).expect("the cart's card");
    let rows: Vec<_> = card.split("<th scope=\"row\">").skip(1).take(2).map(str::to_owned).collect();
    let numbers = |row: &String| {
        let cells = row.split("<td class=\"number\">").skip(1).take(2);
        cells.map(|cell| cell.split("</td>").next().expect("a cell")).collect::<Vec<_>>().join(" | ")
    };
    let here: Vec<_> = rows.iter().filter(|row| row.contains(">now</span>")).collect();
    let [here] = here[..] else { panic!("one of {rows:?} is where it is") };
    (here.split(' ').take(3).collect::<Vec<_>>().join(" "), [numbers(&rows[0]), numbers(&rows[1])])
}

#[test]
fn what_the_other_place_would_take_is_what_it_takes_there() {
    let dir = Dir::new();
    let (in_cookies, in_store) = (Server::start(&[]), start(&dir, Dir::new()));
    for login in [false, true] {
        let (mut cookie, mut pointer) = (with_a_cart(&in_cookies, login), with_a_cart(&in_store, login));
        let (here, would_be) = homes(&mut cookie);
        let (there, is) = homes(&mut pointer);
        assert_eq!((here.as_str(), there.as_str()), ("In the cookie", "On the server"));
        assert_eq!(would_be, is);
        let name = if login { "__Host-session-own" } else { "__Host-session" };
        assert_eq!(is[0], format!("{} | none", name.len() + cookie.cookies[name].len()));
        assert!(is[1].starts_with(&format!("{} | ", name.len() + pointer.cookies[name].len())), "{is:?}");
        assert_eq!(pointer.cookies[name].len(), 96);
    }
}

#[test]
fn a_cart_in_its_cookie_moves_when_it_no_longer_fits_and_the_pages_say_so() {
    let dir = Dir::new();
    let store = format!("sqlite:{}", dir.path().join("sessions.db").display());
    let server = Server::start(&["--store", &store]);
    let mut browser = Browser::new(&server);
    browser.submit("/cart-items", "item=gift-tin&qty=3").says("Kept by your browser, in ");
    let stays = "<dt>Lives</dt><dd>in this cookie, and nowhere else, as long as it fits</dd>";
    browser.get("/session").says(stays);
    let mut asked = 0;
    while browser.cookies["__Host-session"].len() > 96 || asked == 0 {
        browser.submit("/cart-items", &format!("qty=1&item={asked}{}", "+a+cake".repeat(13)));
        asked += 1;
        assert!(asked < 60, "it never moves");
    }
    assert!(asked > 20, "moved after {asked}");
    let page = browser.get("/");
    page.says("Kept on our server from now on: it outgrew its cookie.");
    assert_eq!(page.body.matches("<span class=\"name\">1 × ").count(), asked);
    page.says(TINS);
    let moved = "on our server since it outgrew its cookie, until it ends; this cookie only points to it";
    let page = browser.get("/session");
    page.says(&format!("<dt>Lives</dt><dd>{moved}</dd>"));
    page.says(", too many</td>");
    assert_eq!(homes(&mut browser).0, "On the server");
    // It stays there, however small it gets.
    for number in 0..asked {
        browser.post("/cart-items/remove", &format!("item={number}{}", "+a+cake".repeat(13)));
    }
    browser.get("/").says(TINS);
    assert_eq!(browser.cookies["__Host-session"].len(), 96);
    let page = browser.get("/session");
    page.says(moved);
    page.does_not_say("too many");
}

#[test]
fn a_store_is_no_reason_to_move_where_the_place_is_the_cookie() {
    let dir = Dir::new();
    let store = format!("sqlite:{}", dir.path().join("sessions.db").display());
    let server = Server::start(&["--store", &store, "--place", "cookie"]);
    let mut browser = Browser::new(&server);
    let full = (0..60).find_map(|asked| {
        let page = browser.post("/cart-items", &format!("qty=1&item={asked}{}", "+a+cake".repeat(13)));
        (page.status != 303).then_some(page)
    });
    let full = full.expect("a full cart");
    assert_eq!(full.status, 409);
    full.says("It travels in a cookie, and browsers drop cookies that are too large");
    let stays = "<dt>Lives</dt><dd>in this cookie, and nowhere else; what does not fit is refused</dd>";
    browser.get("/session").says(stays);
}
