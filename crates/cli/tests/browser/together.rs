//! Requests of one browser that are on their way at the same time.

use super::{
    browser::Browser,
    proxy::{Held, Proxy},
    shop::Shop,
};

#[test]
fn a_slow_page_beside_a_write_takes_nothing_out_of_the_cart() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    let proxy = Proxy::before(&shop.origin);
    browser.bypass_csp();
    browser.log_in(&proxy.origin, "ada@example.com");
    browser.add("gingersnaps", 2);
    let page = proxy.hold("GET /?slow ");
    browser.fetch(1, "/?slow", None);
    page.wait();
    browser.fetch(2, "/cart-items", Some("item=rye-loaf&qty=1"));
    browser.fetched(2);
    let cart = browser.cookie("__Host-session-own");

    page.release();
    let page = browser.fetched(1);
    assert!(page.contains("2 × Gingersnaps") && !page.contains("1 × Rye loaf"), "{page}");
    assert_eq!(browser.cookie("__Host-session-own"), cart);
    browser.reload();
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    assert_eq!(browser.cart(), ["2 × Gingersnaps", "1 × Rye loaf"]);
}

#[test]
fn a_write_before_the_log_in_that_is_answered_after_it_undoes_nothing() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    let proxy = Proxy::before(&shop.origin);
    browser.bypass_csp();
    browser.goto(&proxy.origin);
    browser.add("honey-hearts", 4);
    let late = proxy.hold("POST /cart-items ");
    browser.fetch(1, "/cart-items", Some("item=rye-loaf&qty=1"));
    late.wait();
    let first = browser.new_tab();
    browser.log_in(&proxy.origin, "ada@example.com");
    let identity = browser.cookie("__Host-id");

    browser.switch_to(&first);
    late.release();
    browser.fetched(1);
    assert_eq!(browser.cookie("__Host-id"), identity);
    assert!(browser.cookie("__Host-session").is_some(), "the late answer did bring a guest's cart");
    browser.reload();
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    assert_eq!(browser.cart(), ["4 × Honey hearts"], "hers is as the log-in made it");
    browser.add("tea-blend", 1);
    assert_eq!(browser.cart(), ["4 × Honey hearts", "1 × Kitchen tea"]);
    assert_eq!(browser.cookie("__Host-session"), None);
}

#[test]
fn two_pages_at_once_show_a_message_twice_and_no_third_does() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    let proxy = Proxy::before(&shop.origin);
    browser.bypass_csp();
    browser.goto(&proxy.origin);
    browser.fetch(1, "/cart-items", Some("item=gingersnaps&qty=2"));
    browser.fetched(1);
    let held = [proxy.hold("GET /?one "), proxy.hold("GET /?two ")];
    browser.fetch(2, "/?one", None);
    browser.fetch(3, "/?two", None);
    held.iter().for_each(Held::wait);

    held.into_iter().for_each(Held::release);
    for page in [browser.fetched(2), browser.fetched(3)] {
        assert!(page.contains(MESSAGE), "{page}");
    }
    assert_eq!(browser.cookie("__Host-flash"), None);
    browser.reload();
    assert!(browser.messages().is_empty());
    assert_eq!(browser.cart(), ["2 × Gingersnaps"]);
}

const MESSAGE: &str = "In your cart: 2 × Gingersnaps.";
