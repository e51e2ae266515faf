//! A customer's ways through the shop, the same wherever it keeps carts: in cookies, in a file, on a server.

use std::time::{SystemTime, UNIX_EPOCH};

use super::{
    browser::Browser,
    shop::{Home, Shop},
};

/// Makes each story a test at one home.
macro_rules! told_at {
    ($module:ident, $home:ident) => {
        mod $module {
            use super::Home;

            told_at! { $home,
                log_in_fill_the_cart_log_out_and_come_back
                a_cart_filled_before_logging_in_comes_along
                what_a_guest_chose_goes_with_the_log_out_and_the_next_person_sees_nothing
                who_asks_to_stay_is_logged_in_after_the_browser_was_closed
                who_does_not_ask_is_a_stranger_after_the_browser_was_closed
                a_restart_logs_nobody_out_and_keeps_the_cart
                attacks_on_stored_sessions_fail_and_leave_the_visitors_own_as_it_was
            }
        }
    };
    ($home:ident, $($story:ident)*) => {
        $(
            #[test]
            fn $story() {
                super::tell(Home::$home, super::$story);
            }
        )*
    };
}

told_at!(in_cookies, Cookies);
told_at!(in_a_file, File);
#[cfg(feature = "redis")]
told_at!(on_a_server, Server);

fn tell(home: Home, story: fn(&mut Browser, &mut Shop)) {
    let Some(mut browser) = Browser::start() else { return };
    let Some(mut shop) = Shop::open_at(home) else { return };
    story(&mut browser, &mut shop);
    assert!(!shop.log().contains("ERROR"), "{}", shop.log());
}

fn log_in_fill_the_cart_log_out_and_come_back(browser: &mut Browser, shop: &mut Shop) {
    browser.goto(&shop.origin);
    assert_eq!(browser.title(), "Shop · Gingersnap Bakery");
    assert_eq!(browser.customer(), None);

    browser.log_in(&shop.origin, "ada@example.com");
    assert_eq!(browser.url(), format!("{}/", shop.origin));
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    assert_eq!(browser.messages(), ["Hello ada@example.com. You are logged in."]);
    browser.add("gingersnaps", 2);
    browser.add("plum-tart", 1);
    assert_eq!(browser.cart(), ["2 × Gingersnaps", "1 × Plum tart"]);
    assert_eq!(browser.texts("#cart .total span"), ["Total", "€28.10"]);
    shop.has_the_cart_at_home(browser);

    browser.log_out();
    assert_eq!(browser.customer(), None);
    assert_eq!(browser.messages(), ["You are logged out on this browser."]);
    assert!(browser.cart().is_empty());
    assert_eq!((browser.cookie("__Host-id"), browser.cookie("__Host-session-own")), (None, None));

    browser.log_in(&shop.origin, "ada@example.com");
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    assert!(browser.cart().is_empty(), "what was in this browser's cart went with the log-out");
    browser.add("rye-loaf", 1);
    assert_eq!(browser.cart(), ["1 × Rye loaf"]);
}

fn a_cart_filled_before_logging_in_comes_along(browser: &mut Browser, shop: &mut Shop) {
    browser.goto(&shop.origin);
    browser.add("honey-hearts", 4);
    browser.log_in(&shop.origin, "ada@example.com");
    assert_eq!(browser.cart(), ["4 × Honey hearts"]);
    browser.add("tea-blend", 1);
    assert_eq!(browser.cart(), ["4 × Honey hearts", "1 × Kitchen tea"]);
    shop.has_the_cart_at_home(browser);
    browser.log_out();
    assert!(browser.cart().is_empty());
}

fn what_a_guest_chose_goes_with_the_log_out_and_the_next_person_sees_nothing(
    browser: &mut Browser,
    shop: &mut Shop,
) {
    browser.goto(&shop.origin);
    browser.add("gift-tin", 1);
    browser.log_in(&shop.origin, "ada@example.com");
    let hello = "Hello ada@example.com. You are logged in. What was in the cart is yours now.";
    assert_eq!(browser.messages(), [hello]);
    assert_eq!(browser.cart(), ["1 × Gift tin"]);
    shop.has_the_cart_at_home(browser);
    browser.log_out();
    assert!(browser.cart().is_empty());
    browser.log_in(&shop.origin, "bob@example.com");
    assert_eq!(browser.customer().as_deref(), Some("bob@example.com"));
    assert_eq!(browser.messages(), ["Hello bob@example.com. You are logged in."]);
    assert!(browser.cart().is_empty());
}

fn who_asks_to_stay_is_logged_in_after_the_browser_was_closed(browser: &mut Browser, shop: &mut Shop) {
    browser.log_in_and_stay(&shop.origin, "ada@example.com");
    assert_eq!(
        browser.messages(),
        ["Hello ada@example.com. You stay logged in on this browser for 30 days."]
    );
    browser.add("lemon-rings", 2);
    shop.has_the_cart_at_home(browser);
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

fn who_does_not_ask_is_a_stranger_after_the_browser_was_closed(browser: &mut Browser, shop: &mut Shop) {
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("lemon-rings", 2);
    shop.has_the_cart_at_home(browser);
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

fn a_restart_logs_nobody_out_and_keeps_the_cart(browser: &mut Browser, shop: &mut Shop) {
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("lemon-rings", 2);
    shop.restart();
    browser.reload();
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    assert_eq!(browser.cart(), ["2 × Lemon rings"]);
    browser.add("gift-tin", 1);
    assert_eq!(browser.cart(), ["2 × Lemon rings", "1 × Gift tin"]);
    shop.has_the_cart_at_home(browser);
}

fn attacks_on_stored_sessions_fail_and_leave_the_visitors_own_as_it_was(
    browser: &mut Browser,
    shop: &mut Shop,
) {
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("lemon-rings", 2);
    let cart = browser.cookie("__Host-session-own");
    browser.goto(&format!("{}/attacks", shop.origin));
    for (attack, verdict, last) in [
        ("older", "Nothing came back", "4 pieces"),
        ("gone", "Refused (gone)", "refused, gone"),
        ("plant", "It opens nothing", "nothing"),
    ] {
        browser.click(&format!("button[value={attack}]"));
        assert_eq!(browser.texts(".result .message strong"), [verdict]);
        let told = browser.texts(".steps dd:last-child");
        assert_eq!(told.last().map(String::as_str), Some(last), "{attack}: {told:?}");
        assert_eq!(told[0], "2 pieces", "{attack}");
    }
    browser.goto(&shop.origin);
    assert_eq!(
        (browser.cart(), browser.cookie("__Host-session-own")),
        (vec!["2 × Lemon rings".into()], cart)
    );
    shop.has_the_cart_at_home(browser);
}
