//! Staying logged in, and logging in again.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{browser::Browser, shop::Shop};

#[test]
fn who_asks_to_stay_is_logged_in_after_the_browser_was_closed() {
    let Some(mut browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in_and_stay(&shop.origin, "ada@example.com");
    assert_eq!(
        browser.messages(),
        ["Hello ada@example.com. You stay logged in on this browser for 30 days."]
    );
    browser.add("lemon-rings", 2);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock").as_secs_f64();
    for cookie in browser.cookies() {
        let name = &cookie["name"];
        if name == "__Host-visits" {
            continue;
        }
        let left = cookie["expires"].as_f64().expect("an end") - now;
        assert!((left / 86_400.0 - 30.0).abs() < 0.01, "{name} is kept for {left} s");
        assert_eq!(cookie["session"], false, "{name}");
    }

    browser.restart();
    browser.goto(&shop.origin);
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    assert_eq!(browser.cart(), ["2 × Lemon rings"]);
}

#[test]
fn who_does_not_ask_is_a_stranger_after_the_browser_was_closed() {
    let Some(mut browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("lemon-rings", 2);
    let cookies = browser.cookies();
    let ends = |name: &str| cookies.iter().any(|cookie| cookie["name"] == name && cookie["session"] == true);
    assert_eq!(["__Host-id", "__Host-session-own"].map(ends), [true, false]);
    browser.restart();
    browser.goto(&shop.origin);
    assert_eq!(browser.customer(), None);
    assert!(browser.cart().is_empty());
    // It waits for its owner.
    browser.log_in(&shop.origin, "ada@example.com");
    assert_eq!(browser.cart(), ["2 × Lemon rings"]);
}

#[test]
fn an_old_login_is_proved_again_on_the_way_to_the_account() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.goto(&shop.origin);
    shop.let_in(&browser, "ada@example.com", 600);
    browser.goto(&shop.origin);
    browser.click("nav a.who");
    assert_eq!(browser.url(), format!("{}/login/again?next=/account", shop.origin));
    browser.fill("#email", "bob@example.com");
    browser.click("main form button");
    assert_eq!(browser.count("#email-error"), 1);
    browser.fill("#email", "ada@example.com");
    browser.click("main form button");
    assert_eq!(browser.url(), format!("{}/account", shop.origin));
    assert_eq!(browser.messages(), ["Thank you. Go on where you were."]);

    browser.fill("#nickname", "Ada");
    browser.fill("#address", "12 St James's Square\nLondon");
    browser.click("main form button");
    assert_eq!(browser.messages(), ["Saved."]);
    browser.click("a.brand");
    assert_eq!(browser.texts(".lead p"), ["Choose what you like, Ada; we bring it to you."]);
}

#[test]
fn a_form_that_came_too_late_is_sent_again_by_reloading() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.goto(&format!("{}/account", shop.origin));
    browser.fill("#nickname", "Countess");
    shop.let_in(&browser, "ada@example.com", 600);
    browser.click("main form button");
    assert_eq!(browser.texts("h1"), ["Not done yet: log in first"]);

    let first = browser.click_to_new_tab("main ol a");
    browser.fill("#email", "ada@example.com");
    browser.click("main form button");
    browser.switch_to(&first);
    browser.reload();
    assert_eq!(browser.url(), format!("{}/account", shop.origin));
    assert_eq!(browser.messages(), ["Saved."]);
    assert_eq!(browser.script("return document.querySelector('#nickname').value"), "Countess");
}
