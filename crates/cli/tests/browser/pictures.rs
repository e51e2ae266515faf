//! Every page in the windows in which people look at it, by day and by night. With `GINGERSNAP_SCREENSHOTS=DIR` a
//! picture of each is kept there; `docs/shop.png` is `shop-light-desktop.png`.

use std::{fs, path::PathBuf};

use serde_json::json;

use super::{
    browser::Browser,
    shop::{Home, Shop},
};

const WINDOWS: [(&str, u32, u32); 4] =
    [("desktop", 1200, 900), ("desktop-long", 1280, 2400), ("phone", 360, 780), ("phone-long", 360, 3600)];

/// Looks at the page in every window: nothing sticks out at the side, and all of it can be read.
#[track_caller]
pub(crate) fn look(browser: &Browser, name: &str) {
    for scheme in ["light", "dark"] {
        set_scheme(browser, scheme);
        for (window, width, height) in WINDOWS {
            browser.resize(width, height);
            let wide = browser.script("return document.documentElement.scrollWidth");
            assert_eq!(wide, width, "{name} in a window {width} wide");
            keep(browser, &format!("{name}-{scheme}-{window}.png"));
        }
        assert_eq!(browser.script(include_str!("readable.js")), json!([]), "{name}, {scheme}");
    }
}

fn set_scheme(browser: &Browser, scheme: &str) {
    let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
    browser.cdp("Emulation.setEmulatedMedia", &json!({ "features": [feature] }));
}

/// Keeps a picture, if somebody asked for them.
fn keep(browser: &Browser, file: &str) {
    let Some(folder) = std::env::var_os("GINGERSNAP_SCREENSHOTS").map(PathBuf::from) else { return };
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(file), browser.picture()).expect("a file");
}

#[test]
fn no_page_is_wider_than_its_window() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.goto(&shop.origin);
    look(&browser, "shop-empty");
    browser.goto(&format!("{}/session", shop.origin));
    look(&browser, "session-anonymous");
    browser.log_in(&shop.origin, "ada at example");
    look(&browser, "login-refused");
    browser.goto(&format!("{}/login", shop.origin));
    look(&browser, "login");

    browser.log_in(&shop.origin, "ada.lovelace@example.com");
    browser.add("gingersnaps", 2);
    browser.add("plum-tart", 1);
    browser.ask_for("A birthday cake with a 7 on it");
    browser.add("tea-blend", 1);
    look(&browser, "shop");
    browser.goto(&format!("{}/session", shop.origin));
    look(&browser, "session");
    browser.script("document.querySelectorAll('details').forEach(it => it.open = true)");
    look(&browser, "session-unfolded");
    browser.goto(&format!("{}/account", shop.origin));
    browser.fill("#nickname", "Ada");
    browser.fill("#address", "12 St James's Square\nLondon");
    look(&browser, "account");
    browser.click("main form button");
    browser.goto(&format!("{}/session", shop.origin));
    look(&browser, "session-account");
    browser.goto(&shop.origin);
    look(&browser, "shop-account");
    browser.goto(&format!("{}/nowhere", shop.origin));
    assert_eq!(browser.texts("h1"), ["There is no such page"]);
    look(&browser, "not-found");
}

#[test]
fn no_page_of_the_attacks_and_of_logging_in_again_is_wider_than_its_window() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    let attacks = format!("{}/attacks", shop.origin);
    browser.goto(&attacks);
    look(&browser, "attacks-anonymous");
    browser.log_in(&shop.origin, "ada.lovelace@example.com");
    browser.add("gingersnaps", 2);
    browser.goto(&attacks);
    for attack in ["flip", "five", "replay", "rollback"] {
        browser.click(&format!("button[value={attack}]"));
        look(&browser, &format!("attacks-{attack}"));
    }
    browser.click("button[value=beside]");
    look(&browser, "attacks-beside");

    let account = format!("{}/account", shop.origin);
    browser.goto(&account);
    shop.let_in(&browser, "ada.lovelace@example.com", 600);
    browser.click("main form button");
    look(&browser, "pending");
    browser.goto(&account);
    look(&browser, "again");
    browser.fill("#email", "bob@example.com");
    browser.click("main form button");
    look(&browser, "again-refused");
}

#[test]
fn no_page_about_what_a_store_keeps_is_wider_than_its_window() {
    let Some(browser) = Browser::start() else { return };
    let Some(shop) = Shop::open_at(Home::File) else { return };
    browser.log_in(&shop.origin, "ada.lovelace@example.com");
    browser.add("gingersnaps", 2);
    look(&browser, "stored-shop");
    browser.goto(&format!("{}/account", shop.origin));
    look(&browser, "stored-account");
    browser.goto(&format!("{}/session", shop.origin));
    look(&browser, "stored-session");
    browser.goto(&format!("{}/attacks", shop.origin));
    for attack in ["older", "gone", "plant", "rollback", "replay"] {
        browser.click(&format!("button[value={attack}]"));
        look(&browser, &format!("stored-attacks-{attack}"));
    }
}

#[test]
fn the_header_has_two_lines_at_most_on_a_phone() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.resize(360, 780);
    browser.goto(&shop.origin);
    assert!(lines_of_the_header(&browser) <= 2);
    browser.log_in(&shop.origin, &format!("{}@example.com", "a".repeat(64)));
    assert!(lines_of_the_header(&browser) <= 2);
    assert_eq!(browser.script("return document.documentElement.scrollWidth"), 360);
}

/// Links and buttons of the header are in one line if the middle of one is beside another.
fn lines_of_the_header(browser: &Browser) -> u64 {
    let script = "
        const boxes = [...document.querySelectorAll('header.top a, header.top button')]
            .map(it => it.getBoundingClientRect());
        const lines = [];
        for (const box of boxes) {
            const middle = (box.top + box.bottom) / 2;
            if (!lines.some(line => line.top < middle && middle < line.bottom)) lines.push(box);
        }
        return lines.length";
    browser.script(script).as_u64().expect("a number")
}

#[test]
fn the_keyboard_goes_through_a_page_in_its_order_and_is_seen() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    browser.log_in(&shop.origin, "ada@example.com");
    browser.add("gingersnaps", 2);
    for (path, stops) in [("/", 35), ("/session", 15), ("/account", 10), ("/order", 12)] {
        browser.goto(&format!("{}{path}", shop.origin));
        browser.script("window.last = document.body; document.body.focus()");
        for stop in 0..stops {
            let key = json!({ "type": "keyDown", "key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9 });
            browser.cdp("Input.dispatchKeyEvent", &key);
            assert_eq!(
                browser.script(STOP),
                "a link, a field or a button, further on, and seen",
                "{path} {stop}"
            );
        }
    }
}

/// Tells of the element that the keyboard is at, and remembers it.
const STOP: &str = "
    const [last, here] = [window.last, document.activeElement];
    window.last = here;
    const kind = here.matches('a, button, input, textarea, summary, pre') ? 'a link, a field or a button' : here.tagName;
    const place = last.compareDocumentPosition(here) & Node.DOCUMENT_POSITION_FOLLOWING ? 'further on' : 'back';
    const box = here.getBoundingClientRect();
    const inside = box.width > 0 && box.left >= 0 && box.right <= innerWidth;
    const seen = getComputedStyle(here).outlineStyle !== 'none' && inside;
    return `${kind}, ${place}, ${seen ? 'and seen' : 'not seen: ' + here.outerHTML}`";

#[test]
fn long_words_break_instead_of_widening_the_page() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open();
    let address = format!("{}@{}.example", "a".repeat(64), "b".repeat(63));
    browser.log_in(&shop.origin, &address);
    browser.ask_for(&"W".repeat(100));
    assert_eq!(browser.customer(), Some(address));
    look(&browser, "long-words");
}
