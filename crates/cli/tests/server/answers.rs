//! The common parts of all answers, and the answers to requests that are not for us.

use crate::{browser::Browser, help::Server};

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

#[test]
fn every_answer_has_the_security_headers() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    for (path, status) in [
        ("/", 200),
        ("/login", 200),
        ("/session", 200),
        ("/session/left", 200),
        ("/attacks", 200),
        ("/account", 303),
        ("/healthz", 200),
        ("/style.css", 200),
        ("/icon.svg", 200),
        ("/tradeoff.svg", 200),
        ("/nowhere", 404),
        ("/logout", 405),
    ] {
        let page = browser.get(path);
        assert_eq!(page.status, status, "{path}");
        assert_eq!(page.fields("content-security-policy"), [POLICY], "{path}");
        assert_eq!(page.fields("x-content-type-options"), ["nosniff"], "{path}");
        assert_eq!(page.fields("referrer-policy"), ["same-origin"], "{path}");
        assert_eq!(page.fields("cross-origin-opener-policy"), ["same-origin"], "{path}");
        assert_eq!(page.fields("strict-transport-security"), Vec::<&str>::new(), "{path}");
    }
}

#[test]
fn a_service_behind_https_says_that_it_is() {
    let server = Server::start(&["--origin", "https://shop.example"]);
    let page = Browser::new(&server).get("/");
    assert_eq!(page.fields("strict-transport-security"), ["max-age=31536000"]);
}

#[test]
fn pages_have_no_script_and_no_inline_style() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.submit("/cart-items", "item=tea-blend&qty=1");
    let mut somebody = Browser::new(&server);
    somebody.post("/login", "email=ada@example.com");
    for path in ["/", "/login", "/session", "/nowhere", "/account", "/attacks"] {
        if path == "/account" {
            browser.cookies.clone_from(&somebody.cookies);
        }
        let page = browser.get(path);
        for inline in ["<script", "<style", " style=", " onclick=", "javascript:"] {
            page.does_not_say(inline);
        }
        page.says("<html lang=\"en\">");
    }
}

#[test]
fn the_style_sheet_is_kept_by_browsers_and_named_by_its_content() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    let body = browser.get("/").body;
    let href = body.split("href=\"").find(|part| part.starts_with("/style.css?")).expect("a style sheet");
    let page = browser.get(href.split('"').next().expect("an address"));
    assert_eq!(page.fields("cache-control"), ["public, max-age=31536000, immutable"]);
    assert_eq!(page.fields("content-type"), ["text/css; charset=utf-8"]);
    assert_eq!(page.fields("set-cookie"), Vec::<&str>::new());
}

#[test]
fn health_needs_no_session_and_looks_at_none() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.get("/");
    let page = browser.get("/healthz");
    assert_eq!((page.status, page.body.as_str()), (200, "ok"));
    assert_eq!(page.fields("vary"), Vec::<&str>::new());
}

#[test]
fn a_form_from_another_origin_is_refused_and_does_nothing() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.submit("/cart-items", "item=spelt-rolls&qty=1");
    let form = "item=spelt-rolls&qty=9";
    for fields in [
        "origin: http://evil.example\r\n",
        "origin: null\r\n",
        "sec-fetch-site: cross-site\r\n",
        "sec-fetch-site: same-site\r\n",
        "",
    ] {
        let page = browser.send("POST", "/cart-items", fields, form);
        assert_eq!(page.status, 403, "{fields}");
        page.says("That came from somewhere else");
        assert_eq!(page.fields("set-cookie"), Vec::<&str>::new());
    }
    browser.get("/").says("1 × Spelt rolls</span>");
    assert_eq!(browser.send("POST", "/cart-items", "sec-fetch-site: same-origin\r\n", form).status, 303);
    browser.get("/").says("9 × Spelt rolls</span>");
}

#[test]
fn errors_are_pages_of_the_shop() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    let page = browser.get("/nowhere");
    page.says("There is no such page");
    let page = browser.get("/cart-items");
    assert_eq!((page.status, page.fields("allow")), (405, vec!["POST"]));
    page.says("That does not work here");
    let page = browser.post("/cart-items", &format!("item={}&qty=1", "x".repeat(17 * 1024)));
    assert_eq!(page.status, 413);
    page.says("at most 16 KiB");
    let origin = format!("origin: http://{}\r\n", server.address);
    let page = browser.send("POST", "/login", &origin, "email=%ff%fe");
    assert!(matches!(page.status, 400 | 422), "{}", page.status);
}
