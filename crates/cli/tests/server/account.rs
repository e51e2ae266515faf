//! A page for people who have just logged in, and logging in again for it.

use crate::{browser::Browser, help::Server, older::older_login};

/// A browser whose login is `age` seconds old.
fn logged_in<'s>(server: &'s Server, age: u64) -> Browser<'s> {
    let mut browser = Browser::new(server);
    let login = older_login(&server.ring(), "ada@example.com", age);
    browser.cookies.insert("__Host-id".into(), login);
    browser
}

const FORM: &str = "nickname=Ada&address=12+St+James%27s+Square%0D%0ALondon";

#[test]
fn what_is_told_is_kept_in_a_cookie_of_its_own_and_used() {
    let server = Server::start(&[]);
    let mut browser = logged_in(&server, 0);
    browser.submit("/cart-items", "item=rye-loaf&qty=1").says("we keep it at the counter for you.");
    browser.get("/account").says("value=\"\"");
    let page = browser.post("/account", FORM);
    page.leads_to("/account");
    let set = page.fields("set-cookie");
    assert!(set.iter().any(|field| field.starts_with("__Host-preferences-own=")), "{set:?}");
    assert!(!set.iter().any(|field| field.starts_with("__Host-session")), "{set:?}");

    let page = browser.get("/account");
    page.says("Saved.");
    page.says("value=\"Ada\"");
    page.says(">12 St James&#39;s Square\nLondon</textarea>");
    let page = browser.get("/");
    page.says("Choose what you like, Ada; we bring it to you.");
    page.says("Goes to 12 St James&#39;s Square, London.");

    browser.submit("/logout", "").says("we keep it at the counter for you.");
    assert!(!browser.cookies.contains_key("__Host-preferences-own"));
}

#[test]
fn what_makes_no_sense_gets_the_form_back_as_it_was_typed() {
    let server = Server::start(&[]);
    let mut browser = logged_in(&server, 0);
    let page = browser.post("/account", &format!("nickname={}&address=%3Cb%3E", "x".repeat(41)));
    assert_eq!((page.status, page.fields("set-cookie")), (422, vec![]));
    page.says("a name is one line of at most 40 characters");
    page.says(&"x".repeat(41));
    page.says(">&#60;b&#62;</textarea>");
}

#[test]
fn a_login_of_five_minutes_ago_is_to_be_proved_again() {
    let server = Server::start(&[]);
    assert_eq!(logged_in(&server, 200).get("/account").status, 200);

    let mut browser = logged_in(&server, 300);
    browser.submit("/cart-items", "item=rye-loaf&qty=1").says("ada@example.com");
    browser.get("/account").leads_to("/login/again?next=/account");
    let page = browser.get("/login/again?next=/account");
    page.says("Log in again to continue");
    page.says("name=\"next\" value=\"/account\"");

    let old = browser.cookies["__Host-id"].clone();
    for (email, reason) in [
        ("bob@example.com", "That is not the address that is logged in here."),
        ("ada", "has an @ in it"),
        ("", "Enter your e-mail address."),
    ] {
        let page = browser.post("/login/again", &format!("email={email}&next=/account"));
        assert_eq!((page.status, page.fields("set-cookie")), (422, vec![]), "{email}");
        page.says(reason);
        page.says("name=\"next\" value=\"/account\"");
    }
    browser.post("/login/again", "email=+Ada@Example.com&next=/account").leads_to("/account");
    assert_ne!(browser.cookies["__Host-id"], old);
    let page = browser.get("/account");
    assert_eq!(page.status, 200);
    page.says("Thank you. Go on where you were.");
    browser.get("/login/again?next=/account").leads_to("/account");
    browser.get("/").says("1 × Rye loaf</span>");
}

#[test]
fn who_is_not_logged_in_cannot_log_in_again() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.get("/login/again?next=/account").leads_to("/login?next=/login/again%3Fnext%3D/account");
    let page = browser.post("/login/again", "email=ada@example.com");
    assert_eq!((page.status, page.fields("set-cookie")), (401, vec![]));
}

#[test]
fn a_form_that_comes_too_late_waits_for_the_login() {
    let server = Server::start(&[]);
    let mut browser = logged_in(&server, 300);
    let page = browser.post("/account", FORM);
    assert_eq!((page.status, page.fields("set-cookie")), (401, vec![]));
    assert_eq!(page.fields("cache-control"), ["no-store"]);
    page.says("Not done yet: log in first");
    page.says("<a href=\"/login/again\" target=\"_blank\">");
    browser.post("/login/again", "email=ada@example.com").leads_to("/");
    browser.post("/account", FORM).leads_to("/account");

    let mut nobody = Browser::new(&server);
    let page = nobody.post("/account", FORM);
    assert_eq!((page.status, page.fields("set-cookie")), (401, vec![]));
    page.says("<a href=\"/login\" target=\"_blank\">");
}

#[test]
fn what_one_told_another_does_not_see() {
    let server = Server::start(&[]);
    let mut browser = logged_in(&server, 0);
    browser.post("/account", FORM).leads_to("/account");
    let told = browser.cookies["__Host-preferences-own"].clone();
    let mut bob = Browser::new(&server);
    bob.post("/login", "email=bob@example.com");
    bob.cookies.insert("__Host-preferences-own".into(), told);
    bob.get("/account").says("value=\"\"");
    bob.get("/").does_not_say("Ada");
}
