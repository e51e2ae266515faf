//! The operator's work, which a customer must not notice.

use super::{browser::Browser, shop::Shop};

#[test]
fn a_rotation_logs_nobody_out_and_the_next_write_is_under_the_new_key() {
    let Some(browser) = Browser::start() else { return };
    let mut shop = Shop::open();
    let old = shop.active_key();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("lemon-rings", 2);
    let (identity, cart) = (browser.cookie("__Host-id"), browser.cookie("__Host-session-own"));
    assert_eq!(shop.key_of(cart.as_deref().expect("a cart")), old);

    let told = shop.gingersnap(&["keys", "rotate", "--now"]);
    assert!(told.contains(&format!("key {old}: active -> retiring")), "{told}");
    let new = shop.active_key();
    assert_ne!(new, old);
    shop.restart();
    browser.reload();
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    assert_eq!(browser.cart(), ["2 × Lemon rings"]);
    assert_eq!(browser.cookie("__Host-session-own"), cart, "a look seals nothing anew");

    browser.add("gift-tin", 1);
    assert_eq!(browser.cart(), ["2 × Lemon rings", "1 × Gift tin"]);
    assert_eq!(shop.key_of(&browser.cookie("__Host-session-own").expect("a cart")), new);
    assert_eq!(browser.cookie("__Host-id"), identity, "only a log-in writes the identity");
}

#[test]
fn an_emergency_logs_everybody_out() {
    let Some(browser) = Browser::start() else { return };
    let mut shop = Shop::open();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("lemon-rings", 2);
    shop.gingersnap(&["keys", "emergency", "--yes"]);
    shop.restart();
    browser.reload();
    assert_eq!(browser.customer(), None);
    assert!(browser.cart().is_empty());
    browser.log_in(&shop.origin, "ada@example.com");
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
}
