//! Answers that come late, and answers that overtake each other.

use super::{browser::Browser, proxy::Proxy, shop::Shop};

#[test]
fn an_answer_that_comes_after_the_log_out_revives_nothing() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    let proxy = Proxy::before(&shop.origin);
    browser.bypass_csp();
    browser.log_in(&proxy.origin, "ada@example.com");
    browser.add("gingersnaps", 2);

    let (write, read) = (proxy.hold("POST /cart-items "), proxy.hold("GET /?late "));
    browser.fetch(1, "/cart-items", Some("item=rye-loaf&qty=1"));
    browser.fetch(2, "/?late", None);
    write.wait();
    read.wait();
    let first = browser.new_tab();
    browser.goto(&proxy.origin);
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    browser.log_out();
    assert_eq!((browser.cookie("__Host-id"), browser.cookie("__Host-session-own")), (None, None));

    browser.switch_to(&first);
    write.release();
    browser.fetched(1);
    read.release();
    browser.fetched(2);
    assert!(browser.cookie("__Host-session-own").is_some(), "the late answer did bring its cart");
    assert_eq!(browser.cookie("__Host-id"), None);
    browser.reload();
    assert_eq!(browser.customer(), None);
    assert!(browser.cart().is_empty(), "a cart whose owner is gone");

    browser.log_in(&proxy.origin, "bob@example.com");
    assert!(browser.cart().is_empty(), "nor is it Bob's");
    browser.log_out();
    browser.log_in(&proxy.origin, "ada@example.com");
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    assert_eq!(browser.cart(), ["2 × Gingersnaps", "1 × Rye loaf"], "what came too late is hers alone");
}

#[test]
fn a_late_answer_to_one_customer_shows_nothing_to_the_next() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    let proxy = Proxy::before(&shop.origin);
    browser.bypass_csp();
    browser.log_in(&proxy.origin, "ada@example.com");
    let late = proxy.hold("POST /cart-items ");
    browser.fetch(1, "/cart-items", Some("item=rye-loaf&qty=1"));
    late.wait();
    let first = browser.new_tab();
    browser.goto(&proxy.origin);
    browser.log_out();
    browser.log_in(&proxy.origin, "bob@example.com");

    browser.switch_to(&first);
    late.release();
    browser.fetched(1);
    browser.reload();
    assert_eq!(browser.customer().as_deref(), Some("bob@example.com"));
    assert!(browser.cart().is_empty());
    browser.add("tea-blend", 1);
    assert_eq!(browser.cart(), ["1 × Kitchen tea"]);
}

#[test]
fn of_two_writes_at_once_the_last_answer_wins_and_the_login_stays() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    let proxy = Proxy::before(&shop.origin);
    browser.bypass_csp();
    browser.log_in(&proxy.origin, "ada@example.com");
    browser.add("gingersnaps", 2);
    let held = [proxy.hold("POST /cart-items "), proxy.hold("POST /cart-items ")];
    browser.fetch(1, "/cart-items", Some("item=rye-loaf&qty=1"));
    held[0].wait();
    browser.fetch(2, "/cart-items", Some("item=gift-tin&qty=1"));
    held[1].wait();

    let [first, second] = held;
    second.release();
    browser.fetched(2);
    first.release();
    browser.fetched(1);
    browser.reload();
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    assert_eq!(browser.cart(), ["2 × Gingersnaps", "1 × Rye loaf"]);
}
