//! Whose the cart is: people who use one browser one after another.

use super::{browser::Browser, shop::Shop};

/// Puts a gift tin into the cart, and then logs Ada in, who only looks.
fn ada_with_a_tin(browser: &Browser, shop: &Shop) {
    browser.goto(&shop.origin);
    browser.add("gift-tin", 1);
    browser.log_in(&shop.origin, "ada@example.com");
    let hello = "Hello ada@example.com. You are logged in. What was in the cart is yours now.";
    assert_eq!(browser.messages(), [hello]);
    browser.reload();
    assert_eq!(browser.cart(), ["1 × Gift tin"]);
}

#[track_caller]
fn bob_sees_nothing(browser: &Browser, shop: &Shop) {
    browser.log_in(&shop.origin, "bob@example.com");
    assert_eq!(browser.customer().as_deref(), Some("bob@example.com"));
    assert_eq!(browser.messages(), ["Hello bob@example.com. You are logged in."]);
    assert!(browser.cart().is_empty());
}

#[test]
fn what_a_guest_chose_waits_after_a_timeout_for_who_had_logged_in() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    ada_with_a_tin(&browser, &shop);
    shop.let_in(&browser, "ada@example.com", 3600);
    browser.reload();
    assert_eq!((browser.customer(), browser.cart()), (None, vec![]));
    bob_sees_nothing(&browser, &shop);
    browser.log_out();
    browser.log_in(&shop.origin, "ada@example.com");
    assert_eq!(browser.cart(), ["1 × Gift tin"]);
}

#[test]
fn a_message_that_nobody_looked_at_is_not_the_next_persons() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.bypass_csp();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.fetch(1, "/cart-items", Some("item=gift-tin&qty=1"));
    browser.fetched(1);
    assert!(browser.cookie("__Host-flash").is_some(), "a message waits");
    shop.let_in(&browser, "ada@example.com", 3600);
    browser.reload();
    assert!(browser.messages().is_empty());
    bob_sees_nothing(&browser, &shop);
}

#[test]
fn what_a_guest_chose_is_kept_as_long_as_the_login_that_stays() {
    let Some(mut browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.goto(&shop.origin);
    browser.add("gift-tin", 1);
    browser.log_in_and_stay(&shop.origin, "ada@example.com");
    browser.restart();
    browser.goto(&shop.origin);
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    assert_eq!(browser.cart(), ["1 × Gift tin"]);
}
