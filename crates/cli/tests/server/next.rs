//! The page after a log-in.

use crate::{browser::Browser, help::Server};

#[test]
fn a_page_that_needs_a_login_is_where_the_login_leads() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.get("/account?a=b&c=%2F").leads_to("/login?next=/account%3Fa%3Db%26c%3D%252F");
    browser.get("/login?next=/account%3Fa%3Db%26c%3D%252F").says("value=\"/account?a=b&#38;c=%2F\"");
    browser
        .post("/login", "email=ada@example.com&next=/account%3Fa%3Db")
        .leads_to("/login/check?next=/account%3Fa%3Db");
    browser.get("/login/check?next=/account%3Fa%3Db").leads_to("/account?a=b");
    assert_eq!(browser.get("/account?a=b").status, 200);
    browser.get("/login?next=/session").leads_to("/session");
}

#[test]
fn a_slip_in_the_address_keeps_where_the_login_leads() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    let page = browser.post("/login", "email=ada&remember=on&next=/account");
    page.says("name=\"next\" value=\"/account\"");
    page.says("type=\"checkbox\" checked>");
}

#[test]
fn a_login_leads_nowhere_but_to_the_shop() {
    let server = Server::start(&[]);
    for next in [
        "//evil.example",
        "/%5Cevil.example",
        "%5C%5Cevil.example",
        "https:",
        "https://evil.example/",
        "https:evil.example",
        "/%09/evil.example",
        "/%0A/evil.example",
        "/%0D%0Aset-cookie:%20a=b",
        "javascript:alert(1)",
        "%20/account",
        "account",
    ] {
        let mut browser = Browser::new(&server);
        browser.post("/login", &format!("email=ada@example.com&next={next}")).leads_to("/login/check");
        // Each step is asked alone: an address may be handed to somebody in the middle.
        browser.get(&format!("/login/check?next={next}")).leads_to("/");
        browser.get(&format!("/login?next={next}")).leads_to("/");
        browser.get(&format!("/login/again?next={next}")).leads_to("/");
        browser.post("/login/again", &format!("email=ada@example.com&next={next}")).leads_to("/");
    }
}
