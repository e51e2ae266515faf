//! Cookies that somebody else made, or ours in another place.

use base64_simd::URL_SAFE_NO_PAD;
use gingersnap::cookie::CookieSettings;
use gingersnap::testing::{self, Mint, TestClock};
use gingersnap::{Refusal, Session, SessionLayer};

use crate::app::{Browser, Cart, Visits, browser, builder, routes};

fn bytes(token: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode_to_vec(token).unwrap()
}

/// Values that a decoder might take for a session if it went on without the AEAD.
fn unauthenticated(token: &str, plain: &[u8]) -> Vec<String> {
    let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode_to_string(bytes);
    let json = br#"{"subject":"ann","0":7}"#;
    let header = &bytes(token)[..24];
    let jwt = [&br#"{"alg":"none"}"#[..], json].map(text).join(".");
    let mut values = vec![
        String::from_utf8_lossy(json).replace([' ', '"'], ""),
        text(json),
        format!("{jwt}."),
        format!("{}.signature", text(json)),
        "7".into(),
        text(plain),
    ];
    // Our own layout, with nothing sealed in it: the tag is missing, zero, or the plaintext's own end.
    for tag in [&[][..], &[0; 16], &[0xff; 16]] {
        values.push(text(&[header, plain, tag].concat()));
        values.push(text(&[&[0; 24], plain, tag].concat()));
        values.push(text(&[&[1], &header[1..8], &[0; 16], plain, tag].concat()));
    }
    values
}

#[tokio::test]
async fn what_does_not_open_is_read_in_no_other_way() {
    let clock = TestClock::new();
    let layer = builder(testing::keyring(), &clock);
    let sessions = layer.build().unwrap();
    let mint = Mint::of(&sessions);
    let browser = Browser::new(routes().layer(sessions.clone()));
    // Claims of a session that began when it was sealed, then the data, then the mark of the padding.
    let visits = [&[0, 0, 1, 1, 7, 0x80][..], &[0; 26]].concat();
    let identity = [&[9; 16][..], &[3], b"ann", &[0, 0, 0, 0x80]].concat();
    for (cookie, plain) in [(mint.data(&Visits(7)), visits), (mint.identity("ann"), identity)] {
        for value in unauthenticated(&cookie.value, &plain) {
            let field = format!("{}={value}", cookie.name);
            let answer = browser.send_with("/", &[&field]).await;
            assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("nobody [] 0", ""), "{field}");
        }
        let shown = if cookie.name == "__Host-id" { "ann [] 0" } else { "nobody [] 7" };
        assert_eq!(browser.send_with("/", &[cookie.to_string()]).await.body, shown);
    }
}

#[tokio::test]
async fn the_same_data_sealed_twice_is_two_tokens() {
    let browser = browser(&TestClock::new());
    let one = browser.late("/count").await.set_cookie("__Host-visits").value.clone();
    let two = browser.late("/count").await.set_cookie("__Host-visits").value.clone();
    let (one, two) = (bytes(&one), bytes(&two));
    // The header stands in clear and tells the key and the second.
    assert_eq!((&one[..8], one.len()), (&two[..8], two.len()));
    assert_ne!(one[8..24], two[8..24]);
    assert_ne!(one[24..56], two[24..56]);
    assert_ne!(one[one.len() - 16..], two[two.len() - 16..]);
}

/// Returns the reason why a cookie is not accepted as the `Cart` of a layer.
async fn refused(sessions: &SessionLayer, cookie: &testing::TestCookie) -> Option<Refusal> {
    Session::<Cart>::from_parts(&testing::request(sessions, &cookie.to_string())).await.unwrap().refused()
}

#[tokio::test]
async fn a_token_under_another_name_is_refused_even_where_the_type_is_the_same() {
    let (ring, clock) = (testing::keyring(), TestClock::new());
    let named =
        |name| SessionLayer::builder(ring.clone(), "tests").session::<Cart>(name).clock(clock.clone());
    let cart = named("cart").build().unwrap();
    let same = named("cart").build().unwrap();
    let other = named("basket").build().unwrap();
    let bare = named("cart").cookies(CookieSettings::insecure_http()).build().unwrap();
    let tea = Cart(vec!["tea".into()]);
    assert_eq!(refused(&cart, &Mint::of(&same).data(&tea)).await, None);
    for from in [other, bare] {
        let cookie = Mint::of(&from).data(&tea);
        assert_eq!(refused(&from, &cookie).await, None);
        assert_eq!(
            refused(&cart, &cookie.named("__Host-cart")).await,
            Some(Refusal::Forged),
            "{}",
            cookie.name
        );
    }
}

#[tokio::test]
async fn who_signs_in_gets_a_session_that_the_browser_did_not_bring() {
    let mut mallory = browser(&TestClock::new());
    mallory.get("/in/mallory").await;
    // Her identity was put into the victim's browser before he signed in there.
    let mut victim = mallory.clone();
    victim.get("/in/ann").await;
    victim.get("/add/tea").await;
    assert_ne!(victim.jar["__Host-id"], mallory.jar["__Host-id"]);
    assert_eq!(victim.get("/").await.body, "ann [\"tea\"] 0");
    assert_eq!(mallory.get("/").await.body, "mallory [] 0");
    mallory.jar.insert(CART.into(), victim.jar[CART].clone());
    assert_eq!(mallory.get("/").await.body, "mallory [] 0");
}

const CART: &str = "__Host-cart-own";
