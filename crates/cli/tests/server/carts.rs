//! Whose the cart is, and whose the messages are: people who use one browser one after another.

use crate::{
    browser::{Browser, Page},
    help::Server,
    older::older_login,
};

const ADA: &str = "email=ada@example.com";
const BOB: &str = "email=bob@example.com";
const TIN: &str = "1 × Gift tin</span>";

/// Ada's log-in, with a gift tin that she put into the cart before it, and nothing since.
fn ada_with_a_tin(server: &Server) -> Browser<'_> {
    let mut browser = Browser::new(server);
    browser.submit("/cart-items", "item=gift-tin&qty=1").says(TIN);
    let page = browser.submit("/login", ADA);
    page.says("Hello ada@example.com. You are logged in. What was in the cart is yours now.");
    page.says(TIN);
    browser
}

/// Lets the hour pass after which a login that is left alone is over.
fn leave_alone(browser: &mut Browser<'_>, server: &Server) {
    browser.cookies.remove("__Host-seen");
    browser.cookies.insert("__Host-id".into(), older_login(&server.ring(), "ada@example.com", 3600));
}

#[track_caller]
fn is_empty(page: &Page) {
    page.says("Nothing in it yet.");
    page.does_not_say("Gift tin</span>");
}

#[test]
fn what_a_guest_chose_belongs_to_who_logs_in_and_not_to_the_next_person() {
    let server = Server::start(&[]);
    let mut browser = ada_with_a_tin(&server);
    browser.get("/").says(TIN);
    is_empty(&browser.submit("/logout", ""));
    let page = browser.submit("/login", BOB);
    page.says("Hello bob@example.com. You are logged in.</p>");
    is_empty(&page);
}

#[test]
fn after_a_timeout_the_next_person_sees_nothing_and_the_same_person_everything() {
    let server = Server::start(&[]);
    let mut browser = ada_with_a_tin(&server);
    leave_alone(&mut browser, &server);
    is_empty(&browser.get("/"));
    is_empty(&browser.submit("/login", BOB));
    is_empty(&browser.submit("/logout", ""));
    browser.submit("/login", ADA).says(TIN);
}

#[test]
fn what_is_chosen_after_a_timeout_joins_what_was_there_before_it() {
    let server = Server::start(&[]);
    let mut browser = ada_with_a_tin(&server);
    browser.submit("/cart-items", "item=rye-loaf&qty=2");
    leave_alone(&mut browser, &server);
    browser.submit("/cart-items", "item=rye-loaf&qty=1").does_not_say("Gift tin</span>");
    browser.submit("/cart-items", "item=gift-tin&qty=3");
    let before = browser.cookies.clone();
    for _ in 0..2 {
        // An answer that is lost, and the form sent again.
        browser.cookies.clone_from(&before);
        let page = browser.submit("/login", ADA);
        page.says(
            "Hello ada@example.com. You are logged in. What you chose before joins your cart, if it fits.",
        );
        page.says("3 × Gift tin</span>");
        page.says("2 × Rye loaf</span>");
        assert!(!browser.cookies.contains_key("__Host-session"));
    }
}

#[test]
fn a_cart_that_may_be_somebody_elses_goes_when_another_person_logs_in() {
    let server = Server::start(&[]);
    let mut guest = Browser::new(&server);
    guest.post("/cart-items", "item=gift-tin&qty=1");
    let mut browser = Browser::new(&server);
    browser.post("/login", ADA);
    // An answer that was on its way while she logged in.
    browser.cookies.insert("__Host-session".into(), guest.cookies["__Host-session"].clone());
    let page = browser.submit("/login", BOB);
    page.says("What was in the cart was perhaps somebody else&#39;s, so it is gone.");
    is_empty(&page);
    assert!(!browser.cookies.contains_key("__Host-session"));
}

#[test]
fn a_message_that_nobody_looked_at_is_its_owners_alone() {
    let server = Server::start(&[]);
    let unread = "In your cart: 5 × Plum tart.";
    for timed_out in [false, true] {
        let mut browser = Browser::new(&server);
        browser.submit("/login", ADA);
        browser.post("/cart-items", "item=plum-tart&qty=5").leads_to("/");
        assert!(browser.cookies.contains_key("__Host-flash"));
        if timed_out {
            leave_alone(&mut browser, &server);
            browser.get("/").does_not_say(unread);
        } else {
            browser.submit("/logout", "").does_not_say(unread);
        }
        browser.submit("/login", BOB).does_not_say(unread);
        browser.get("/").does_not_say(unread);
    }
}

#[test]
fn logging_out_goes_out_after_a_timeout_too_and_for_who_was_never_logged_in() {
    let server = Server::start(&[]);
    let mut browser = ada_with_a_tin(&server);
    leave_alone(&mut browser, &server);
    browser.submit("/cart-items", "item=rye-loaf&qty=1");
    let page = browser.submit("/logout", "");
    page.says("You are logged out on this browser.");
    is_empty(&page);
    assert_eq!(browser.cookies.keys().collect::<Vec<_>>(), ["__Host-visits"]);
    is_empty(&browser.submit("/login", ADA));

    let mut guest = Browser::new(&server);
    guest.submit("/cart-items", "item=rye-loaf&qty=1");
    is_empty(&guest.submit("/logout", ""));
}

#[test]
fn the_visits_are_the_browsers_whoever_uses_it() {
    let server = Server::start(&[]);
    let mut browser = Browser::new(&server);
    browser.get("/").says("This is your first visit.");
    browser.submit("/login", ADA).says("You have looked at the shelf 2 times.");
    browser.submit("/logout", "").says("You have looked at the shelf 3 times.");
    browser.submit("/login", BOB).says("You have looked at the shelf 4 times.");
    browser.get("/session").says("<dt>Belongs to</dt><dd>whoever uses this browser</dd>");
}
