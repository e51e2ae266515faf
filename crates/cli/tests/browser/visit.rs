//! A customer's ways through the shop.

use serde_json::json;

use super::{browser::Browser, pictures::look, shop::Shop};

#[test]
fn a_message_is_shown_once() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.goto(&shop.origin);
    browser.add("gingersnaps", 2);
    assert_eq!(browser.messages(), ["In your cart: 2 × Gingersnaps."]);
    assert_eq!(browser.cookie("__Host-flash"), None);
    browser.reload();
    assert!(browser.messages().is_empty());
    assert_eq!(browser.cart(), ["2 × Gingersnaps"]);
}

#[test]
fn a_bad_address_gets_the_form_back_with_the_reason() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in(&shop.origin, "ada at example");
    assert_eq!(browser.title(), "Please check · Log in · Gingersnap Bakery");
    assert_eq!(browser.script("return document.querySelector('#email').value"), "ada at example");
    assert_eq!(browser.count("#email-error"), 1);
    assert_eq!(browser.customer(), None);
    browser.fill("#email", "ada@example.com");
    browser.click("main form button");
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
}

#[test]
fn a_cart_that_no_longer_fits_is_refused_and_the_old_one_kept() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.bypass_csp();
    browser.goto(&shop.origin);
    browser.put_much_into_the_cart();
    let before = browser.cart().len();
    let asked = browser.fill_the_cart();
    assert_eq!(browser.title(), "Your cart is full · Gingersnap Bakery");
    assert!(browser.texts("main p")[0].starts_with("Nothing was changed: your cart is as it was before."));
    let refused: u32 = browser.texts("label strong")[0].parse().expect("a number of bytes");
    assert!(refused > 4096, "{refused}");
    look(&browser, "full");

    browser.goto(&shop.origin);
    look(&browser, "shop-full");
    let cart = browser.cart();
    assert_eq!(cart.len(), before + asked);
    assert!(cart[before + asked - 1].starts_with(&format!("1 × {asked:02} a cake")), "{cart:?}");
    let kept = browser.cookie("__Host-session").expect("the cart").len() + "__Host-session=".len();
    assert!((3900..=4096).contains(&kept), "{kept}");

    browser.click("#cart li:first-child button[formaction]");
    browser.add("spelt-rolls", 1);
    assert_eq!(browser.cart().len(), before + asked);
    assert_eq!(browser.messages(), ["In your cart: 1 × Spelt rolls."]);
}

/// The element that is at the top of the window, or in sight, after a form was sent.
#[track_caller]
fn is_in_sight(browser: &Browser, css: &str) {
    let sight = format!(
        "const box = document.querySelector('{css}').getBoundingClientRect();
         return box.top >= 0 && box.bottom <= innerHeight"
    );
    assert_eq!(browser.script(&sight), true, "{css} on {}", browser.url());
}

#[test]
fn a_form_leads_back_to_where_it_was_sent_from() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.resize(360, 780);
    browser.goto(&shop.origin);
    browser.add("gift-tin", 2);
    assert_eq!(browser.url(), format!("{}/#gift-tin", shop.origin));
    is_in_sight(&browser, "#gift-tin");
    is_in_sight(&browser, ".message");
    assert_eq!(browser.texts("#gift-tin button"), ["Update"]);
    browser.add("gift-tin", 3);
    assert_eq!(browser.cart(), ["3 × Gift tin"]);

    browser.ask_for("A birthday cake with a 7 on it");
    assert_eq!(browser.url(), format!("{}/#cart", shop.origin));
    browser.fill("#line-2", "4");
    browser.click("#cart li:last-child button:not([formaction])");
    assert_eq!(browser.url(), format!("{}/#cart", shop.origin));
    is_in_sight(&browser, "#cart-title");
    assert_eq!(browser.cart(), ["3 × Gift tin", "4 × A birthday cake with a 7 on it"]);
    browser.click("#cart li:first-child button[formaction]");
    assert_eq!(browser.cart(), ["4 × A birthday cake with a 7 on it"]);
}

#[test]
fn the_shop_works_without_javascript() {
    let no_script = json!({ "prefs": { "profile.managed_default_content_settings.javascript": 2 } });
    let Some(browser) = Browser::start_with(&no_script) else { return };
    browser.goto("data:text/html,<title>off</title><script>document.title = 'on'</script>");
    assert_eq!(browser.title(), "off");
    let shop = Shop::open();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("oat-biscuits", 3);
    assert_eq!(browser.cart(), ["3 × Oat biscuits"]);
    browser.click("#cart li button[formaction]");
    assert!(browser.cart().is_empty());
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    browser.log_out();
    assert_eq!(browser.customer(), None);
}
