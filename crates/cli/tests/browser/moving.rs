//! A cart that no longer fits its cookie, at a shop that has a store.

use super::{
    browser::Browser,
    pictures::look,
    shop::{FILE, POINTER, Shop},
};

const CART: &str = "__Host-session";

/// The facts of the cart's card on `/session`: where it lives, and the meter's words.
fn lives(browser: &Browser, shop: &Shop) -> [String; 2] {
    browser.goto(&format!("{}/session", shop.origin));
    let cards = browser.texts(".cookie h2");
    assert_eq!(cards, ["Your cart", "Your visits"]);
    browser.script("document.querySelectorAll('details').forEach(it => it.open = true)");
    let mut facts = browser.texts(".cookie:nth-of-type(1) .sealing dd:first-of-type");
    let mut meters = browser.texts(".cookie:nth-of-type(1) label");
    [facts.remove(0), meters.remove(0)]
}

#[test]
fn a_cart_that_no_longer_fits_its_cookie_moves_to_the_store_before_ones_eyes() {
    let Some(browser) = Browser::start() else { return };
    let shop = Shop::open_with(&["--store", FILE]);
    browser.bypass_csp();
    browser.goto(&shop.origin);
    browser.ask_for("A birthday cake with a 7 on it");
    let kept = || browser.texts("#cart .room p").concat();
    let octets = browser.cookie(CART).expect("a cart").len() + CART.len();
    let begin = format!("Kept by your browser, in {octets} of 4096 bytes, with room for about ");
    assert!(
        kept().starts_with(&begin) && kept().ends_with("Then it moves to our server. See it"),
        "{}",
        kept()
    );
    let [place, size] = lives(&browser, &shop);
    assert_eq!(place, "in this cookie, and nowhere else, as long as it fits");
    assert_eq!(size, format!("{octets} of 4096 bytes used"));
    look(&browser, "session-before-it-moves");

    browser.goto(&shop.origin);
    browser.put_much_into_the_cart();
    assert!(browser.cookie(CART).expect("a cart").len() > 3000);
    let before = browser.cart();
    let asked = browser.ask_until(|| browser.cookie(CART).expect("a cart").len() == POINTER);
    assert!((2..15).contains(&asked), "{asked}");
    assert_eq!(browser.title(), "Shop · Gingersnap Bakery");
    let begin = "Kept on our server from now on: it outgrew its cookie. It takes ";
    assert!(kept().starts_with(begin) && kept().contains(" of 65536 bytes"), "{}", kept());
    let cart = browser.cart();
    assert_eq!((cart.len(), &cart[..before.len()]), (before.len() + asked, &before[..]));
    for (line, number) in cart[before.len()..].iter().zip(1..) {
        assert!(line.starts_with(&format!("1 × {number:02} a cake")), "{line}");
    }
    look(&browser, "shop-moved");
    let pointer = browser.cookie(CART);
    let [place, size] = lives(&browser, &shop);
    let moved = "on our server since it outgrew its cookie, until it ends; this cookie only points to it";
    assert_eq!((place.as_str(), size.as_str()), (moved, "110 of 4096 bytes used"));
    look(&browser, "session-moved");

    // It goes on as any cart does.
    browser.goto(&shop.origin);
    browser.add("spelt-rolls", 1);
    assert_eq!((browser.cart().len(), browser.cookie(CART)), (cart.len() + 1, pointer));
    browser.log_in(&shop.origin, "ada@example.com");
    assert_eq!(browser.cart().len(), cart.len() + 1);
    browser.log_out();
    assert!(browser.cart().is_empty());
}
