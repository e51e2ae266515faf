//! The cookies as the browser keeps them, and the fate of other ones.

use serde_json::json;

use super::{browser::Browser, shop::Shop};

#[test]
fn cookies_are_host_only_secure_and_out_of_reach_for_scripts() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("gingersnaps", 1);
    let cookies = browser.cookies();
    let mut names: Vec<_> = cookies.iter().map(|cookie| cookie["name"].as_str().expect("a name")).collect();
    names.sort_unstable();
    assert_eq!(names, ["__Host-id", "__Host-session-own", "__Host-visits"]);
    for cookie in &cookies {
        let name = &cookie["name"];
        // A cookie with a Domain would have a dot before it.
        assert_eq!(cookie["domain"], "127.0.0.1", "{name}");
        assert_eq!(cookie["path"], "/", "{name}");
        assert_eq!(cookie["httpOnly"], true, "{name}");
        assert_eq!(cookie["secure"], true, "{name}");
        assert_eq!(cookie["sameSite"], "Lax", "{name}");
    }
    assert_eq!(browser.script("return document.cookie"), "");
}

#[test]
fn insecure_http_gives_cookies_without_secure_and_without_the_prefix() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open_with(&["--insecure-http"]);
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("gingersnaps", 1);
    assert_eq!(browser.customer().as_deref(), Some("ada@example.com"));
    let cookies = browser.cookies();
    let mut names: Vec<_> = cookies.iter().map(|cookie| cookie["name"].as_str().expect("a name")).collect();
    names.sort_unstable();
    assert_eq!(names, ["id", "session-own", "visits"]);
    for cookie in &cookies {
        assert_eq!((&cookie["httpOnly"], &cookie["secure"]), (&json!(true), &json!(false)));
    }
}

#[test]
fn a_changed_identity_is_a_stranger() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("gingersnaps", 2);
    let identity = browser.cookie("__Host-id").expect("an identity");
    for index in [0, 2, 9, 40, identity.len() / 2, identity.len() - 2] {
        browser.set_cookie("__Host-id", &changed(&identity, index));
        browser.goto(&shop.origin);
        assert_eq!(browser.customer(), None, "character {index}");
        assert!(browser.cart().is_empty(), "somebody else's cart, character {index}");
    }
    assert!(!shop.log().contains("panic"), "{}", shop.log());

    browser.set_cookie("__Host-id", &identity);
    browser.goto(&shop.origin);
    assert_eq!(browser.cart(), ["2 × Gingersnaps"], "the cookie that was not changed still opens");

    browser.set_cookie("__Host-id", &changed(&identity, 60));
    browser.log_in(&shop.origin, "bob@example.com");
    browser.add("rye-loaf", 1);
    assert_eq!(
        (browser.customer().as_deref(), browser.cart()),
        (Some("bob@example.com"), vec!["1 × Rye loaf".into()])
    );
}

#[test]
fn a_changed_cart_is_an_empty_one() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("gingersnaps", 2);
    let cart = browser.cookie("__Host-session-own").expect("a cart");
    for index in [0, 9, 40, cart.len() / 2, cart.len() - 2] {
        browser.set_cookie("__Host-session-own", &changed(&cart, index));
        browser.goto(&shop.origin);
        assert_eq!(browser.customer().as_deref(), Some("ada@example.com"), "character {index}");
        assert!(browser.cart().is_empty(), "character {index}");
    }
    assert!(!shop.log().contains("panic"), "{}", shop.log());
    browser.add("rye-loaf", 1);
    assert_eq!(browser.cart(), ["1 × Rye loaf"]);
}

#[test]
fn a_percent_encoded_name_is_not_our_cookie() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in(&shop.origin, "mallory@example.com");
    let identity = browser.cookie("__Host-id").expect("an identity");
    browser.cdp("Network.clearBrowserCookies", &json!({}));
    browser.goto(&shop.origin);

    // The browser guards the prefix alone: any page of a sibling domain may set these.
    for name in ["__%48ost-id", "%5F%5FHost-id", "__Host%2Did", "_Host-id"] {
        browser.script(&format!("document.cookie = '{name}={identity}; path=/'"));
        assert_eq!(browser.cookie(name).as_deref(), Some(identity.as_str()), "the browser sends {name}");
    }
    browser.reload();
    assert_eq!(browser.customer(), None);

    browser.set_cookie("__Host-id", &identity);
    browser.reload();
    assert_eq!(browser.customer().as_deref(), Some("mallory@example.com"), "the value itself was good");
}

/// The text with another character at `index`.
fn changed(text: &str, index: usize) -> String {
    let other = if text.as_bytes()[index] == b'Q' { "R" } else { "Q" };
    format!("{}{other}{}", &text[..index], &text[index + 1..])
}
