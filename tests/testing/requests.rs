//! Requests as a handler's extractors meet them.

use gingersnap::testing::{self, Mint};
use gingersnap::{Flash, Identity, Level, Refusal, Session, View};

use crate::app::{Cart, browser, cart, sessions};

#[tokio::test]
async fn a_request_shows_what_the_browser_has() {
    let sessions = sessions();
    let mut browser = browser(&sessions);
    for path in ["/in/ada", "/add/tea", "/add/milk"] {
        browser.get(path).await;
    }
    let request = testing::request(&sessions, &browser.cookies());
    assert_eq!(Identity::from_parts(&request).await.unwrap().subject(), Some("ada"));
    let view = View::<Cart>::from_parts(&request).await.unwrap();
    assert_eq!(*view, cart(&["tea", "milk"]));
    assert_eq!(view.report().unwrap().generation, Some(2));
}

#[tokio::test]
async fn a_request_says_why_a_cookie_was_refused() {
    let sessions = sessions();
    let spoilt = Mint::of(&sessions).data(&cart(&["tea"])).flipped(100);
    let session =
        Session::<Cart>::from_parts(&testing::request(&sessions, &spoilt.to_string())).await.unwrap();
    assert_eq!((session.refused(), session.is_new()), (Some(Refusal::Forged), true));
}

#[tokio::test]
async fn a_request_may_have_no_cookies_or_several_of_one_name() {
    let sessions = sessions();
    assert!(View::<Cart>::from_parts(&testing::request(&sessions, "")).await.unwrap().is_new());
    let mint = Mint::of(&sessions);
    let both = format!("{}; {}", mint.identity("ada"), mint.identity("bob"));
    let who = Identity::from_parts(&testing::request(&sessions, &both)).await.unwrap();
    assert_eq!((who.subject(), who.refused()), (None, Some(Refusal::Conflict)));
}

#[tokio::test]
async fn a_function_that_takes_a_session_needs_no_router() {
    fn add(cart: &mut Session<Cart>, flash: &mut Flash) {
        cart.0.push("tea".into());
        flash.push(Level::Success, "added");
    }
    let sessions = sessions();
    let request = testing::request(&sessions, "");
    let mut cart = Session::from_parts(&request).await.unwrap();
    add(&mut cart, &mut Flash::from_parts(&request).await.unwrap());
    assert_eq!(cart.0, ["tea"]);
    drop(cart);
    assert_eq!(View::<Cart>::from_parts(&request).await.unwrap().0, ["tea"]);
    assert!(View::<Cart>::from_parts(&testing::request(&sessions, "")).await.unwrap().0.is_empty());
}

#[test]
#[should_panic(expected = "this cannot be a Cookie field: failed to parse header value")]
fn what_cannot_be_a_field_fails_the_test() {
    testing::request(&sessions(), "a=1\n");
}
