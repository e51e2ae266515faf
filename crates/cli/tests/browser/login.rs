//! Staying logged in, and logging in again.

use super::{browser::Browser, pictures::look, shop::Shop};

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
fn an_old_login_is_proved_again_on_the_way_to_an_order() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.goto(&shop.origin);
    shop.let_in(&browser, "ada@example.com", 600);
    browser.goto(&shop.origin);
    browser.add("gingersnaps", 2);
    browser.ask_for("A birthday cake with a 7 on it");
    browser.click("#cart a[href='/order']");
    assert_eq!(browser.url(), format!("{}/login/again?next=/order", shop.origin));
    browser.fill("#email", "ada@example.com");
    browser.click("main form button");
    assert_eq!(browser.url(), format!("{}/order", shop.origin));
    look(&browser, "order");

    // The order can still be changed, and is shown again.
    browser.fill("#line-1", "3");
    browser.click(".lines li:first-child button:not([formaction])");
    assert_eq!(browser.url(), format!("{}/order", shop.origin));
    browser.click("form[action='/order'] button");
    assert_eq!(browser.texts("h1"), ["Thank you"]);
    assert_eq!(browser.messages(), ["Ordered: 4 pieces for €14.40."]);
    look(&browser, "thanks");
    browser.click("main a.button");
    assert!(browser.cart().is_empty());
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
