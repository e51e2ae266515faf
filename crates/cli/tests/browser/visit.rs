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

    browser.click("#cart li:first-child button");
    browser.add("spelt-rolls", 1);
    assert_eq!(browser.cart().len(), before + asked);
    assert_eq!(browser.messages(), ["In your cart: 1 × Spelt rolls."]);
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
    browser.click("#cart li button");
    assert!(browser.cart().is_empty());
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    browser.log_out();
    assert_eq!(browser.customer(), None);
}
