//! The page of attacks, as a person uses it.

use super::{browser::Browser, shop::Shop};

#[test]
fn attacks_are_tried_by_a_click_and_leave_the_session_as_it_was() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("lemon-rings", 2);
    browser.goto(&format!("{}/session", shop.origin));
    browser.click("a[href='/attacks']");
    let cookies = || ["__Host-id", "__Host-session-own", "__Host-visits"].map(|name| browser.cookie(name));
    let before = cookies();
    for (attack, verdict) in [
        ("flip", "Refused (forged)"),
        ("cut", "Refused (forged)"),
        ("quote", "Refused (not_base64url)"),
        ("disguise", "Ignored"),
        ("swap", "Refused (forged)"),
        ("elsewhere", "Refused (forged)"),
        ("five", "Refused (too_many_cookies)"),
        ("beside", "Refused (conflict)"),
        ("hour", "Refused (idle)"),
        ("day", "Refused (timed_out)"),
        ("end", "Refused (timed_out)"),
        ("rollback", "Accepted"),
        ("replay", "Accepted"),
        ("older", "Nothing came back"),
        ("gone", "Refused (gone)"),
        ("plant", "It opens nothing"),
    ] {
        browser.click(&format!("button[value={attack}]"));
        assert_eq!(browser.texts(".result .message strong"), [verdict], "{attack}");
        assert_eq!(browser.customer().as_deref(), Some("ada@example.com"), "{attack}");
    }
    assert_eq!(cookies(), before);
    assert_eq!(browser.cookies().len(), before.len());
    assert!(!shop.log().contains("panic"), "{}", shop.log());
    browser.goto(&shop.origin);
    assert_eq!(browser.cart(), ["2 × Lemon rings"]);
}

#[test]
fn who_follows_an_attack_to_the_login_comes_back() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.goto(&format!("{}/attacks", shop.origin));
    assert_eq!(browser.count("main form button"), 0);
    browser.click("main section a");
    browser.fill("#email", "ada@example.com");
    browser.click("main form button");
    assert_eq!(browser.url(), format!("{}/attacks", shop.origin));
    assert_eq!(browser.count("main form button"), 16);
}
