//! "Your devices": two browsers of one person.

use super::{
    browser::{Browser, eventually},
    pictures::look,
    shop::Shop,
};

#[test]
fn one_browser_ends_the_login_of_another_and_a_copy_of_its_cookies() {
    let Some((phone, laptop)) = Browser::start().zip(Browser::start()) else { return };
    let shop = Shop::open_with(&["--store", "sqlite:sessions.db"]);
    for browser in [&phone, &laptop] {
        browser.log_in(&shop.origin, "ada@example.com");
        assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    }
    laptop.goto(&format!("{}/devices", shop.origin));
    assert_eq!(laptop.texts(".logins strong"), ["Chrome on Linux", "Chrome on Linux"]);
    assert_eq!(laptop.texts(".logins .now"), ["this one"]);
    look(&laptop, "devices");
    let copy = phone.cookie("__Host-id").expect("a login");
    laptop.click(".logins form button");
    assert_eq!(laptop.count(".logins li"), 1);
    assert_eq!(laptop.customer().as_deref(), Some("ada@example.com"));

    phone.goto(&shop.origin);
    assert_eq!(phone.customer(), None);
    // What the phone had is worth nothing in anybody's hands.
    phone.set_cookie("__Host-id", &copy);
    phone.goto(&shop.origin);
    assert_eq!(phone.customer(), None);

    phone.log_in(&shop.origin, "ada@example.com");
    laptop.goto(&format!("{}/devices", shop.origin));
    laptop.click("main > section > form button");
    eventually("all others are out", || {
        phone.goto(&shop.origin);
        phone.customer().is_none()
    });
    assert_eq!(laptop.customer().as_deref(), Some("ada@example.com"));
}
