use crate::{browser::Browser, help::Server};

#[test]
fn logging_in_keeps_the_cart_and_logging_out_empties_it() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.submit("/cart-items", "item=oat-biscuits&qty=4");
    browser.get("/").does_not_say("Log out");

    browser.post("/login", "email=Ada@Example.com").leads_to("/login/check");
    browser.get("/login/check").leads_to("/");
    let page = browser.get("/");
    page.says("Hello ada@example.com. You are logged in.");
    page.says("<button class=\"plain\">Log out</button>");
    page.says("4 × Oat biscuits</span>");
    browser.get("/login").leads_to("/");

    // Written while logged in, the cart belongs to her.
    browser.submit("/cart-items", "item=oat-biscuits&qty=5");
    browser.post("/logout", "").leads_to("/");
    assert!(!browser.cookies.contains_key("__Host-id"));
    let page = browser.get("/");
    page.says("You are logged out on this browser.");
    page.does_not_say("Log out");
    page.says("Nothing in it yet.");
}

#[test]
fn a_bad_address_gets_the_form_back_with_the_reason() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    for (form, reason) in [
        ("email=", "Enter your e-mail address."),
        ("", "Enter your e-mail address."),
        ("email=ada", "has an @ in it"),
        ("email=%22%3E%3Cb%3E", "has an @ in it"),
    ] {
        let page = browser.post("/login", form);
        assert_eq!(page.status, 422, "{form}");
        page.says(reason);
        page.says("aria-invalid=\"true\"");
        page.does_not_say("<b>");
    }
    browser.post("/login", "email=ada@b").says("value=\"ada@b\"");
    assert!(browser.cookies.is_empty());
}

#[test]
fn a_browser_that_drops_the_cookie_is_told_why() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.post("/login", "email=ada@example.com").leads_to("/login/check");
    browser.cookies.clear();
    let page = browser.get("/login/check");
    assert_eq!(page.status, 400);
    page.says("did not keep the cookie");
    page.says("--insecure-http");
}

#[test]
fn insecure_http_sends_cookies_that_every_browser_keeps() {
    let server = Server::start(&["--insecure-http"]);
    let mut browser = Browser::new(&server);
    let page = browser.post("/login", "email=ada@example.com");
    let set = page.fields("set-cookie");
    assert!(set.iter().any(|cookie| cookie.starts_with("id=")), "{set:?}");
    assert!(set.iter().all(|cookie| cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax")), "{set:?}");
    browser.get("/login/check").leads_to("/");
    browser.cookies.clear();
    browser.get("/login/check").does_not_say("--insecure-http");
}
