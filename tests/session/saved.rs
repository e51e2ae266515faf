//! Data that `save()` sealed: it goes out whatever else fails, unless it is for somebody whose sign-in does not.

use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::routing::get;
use base64_simd::URL_SAFE_NO_PAD;
use gingersnap::{Identity, Session, SessionError, View};
use http::StatusCode;

use crate::browser::{Browser, Cart, Line, TestClock, builder};
use crate::steps::{after, does, shows};

const FAILS: StatusCode = StatusCode::INTERNAL_SERVER_ERROR;

async fn save(cart: &mut Session<Cart>, item: &str) {
    cart.lines.push(Line { item: item.into(), qty: 1 });
    cart.save().await.unwrap();
}

async fn show(cart: View<Cart>, who: Identity) -> String {
    let items = cart.lines.iter().map(|line| line.item.as_str());
    format!("{} {:?}", who.subject().unwrap_or("nobody"), items.collect::<Vec<_>>())
}

fn browser() -> Browser {
    let routes = Router::new()
        .route("/", get(show))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop).unwrap()))
        .route("/save", get(async |mut cart: Session<Cart>| save(&mut cart, "tea").await))
        .route(
            "/save-and-fail",
            get(async |mut cart: Session<Cart>| {
                save(&mut cart, "milk").await;
                FAILS
            }),
        )
        .route(
            "/in-save-and-fail",
            get(async |mut cart: Session<Cart>, mut who: Identity| {
                who.sign_in("bob").await.unwrap();
                save(&mut cart, "bobs").await;
                FAILS
            }),
        )
        .route(
            "/renew-save-and-fail",
            get(async |mut cart: Session<Cart>, mut who: Identity| {
                who.renew().await.unwrap();
                save(&mut cart, "renewed").await;
                FAILS
            }),
        )
        .route(
            "/save-renew-and-fail",
            get(async |mut cart: Session<Cart>, mut who: Identity| {
                save(&mut cart, "milk").await;
                who.renew().await.unwrap();
                FAILS
            }),
        )
        .route(
            "/out-save-and-fail",
            get(async |mut who: Identity, request: axum::extract::Request| {
                who.sign_out().await.unwrap();
                let mut cart = Session::<Cart>::from_parts(&request.into_parts().0).await.unwrap();
                save(&mut cart, "nobodys").await;
                FAILS
            }),
        )
        .route(
            "/save-beside-too-large",
            get(async |mut cart: Session<Cart>, mut visits: Session<Big>| {
                save(&mut cart, "paid").await;
                visits.0 = "x".repeat(5000);
            }),
        );
    Browser::new(routes.layer(builder(&TestClock::new()).session::<Big>("big").build().unwrap()))
}

#[derive(Clone, Default, serde::Deserialize, serde::Serialize)]
struct Big(String);

impl gingersnap::SessionData for Big {
    const TAG: &'static str = "big";
    const VERSION: u16 = 1;
}

#[track_caller]
fn ends(paths: &'static [&'static str], shown: &'static str) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        let mut browser = browser();
        for path in paths {
            browser.get(path).await;
        }
        assert_eq!(browser.get("/").await.body, shown, "{place}");
    }
}

#[tokio::test]
async fn saved_data_goes_out_with_a_failed_response() {
    ends(&["/save", "/save-and-fail"], "nobody [\"tea\", \"milk\"]").await;
    ends(&["/in", "/save", "/save-and-fail"], "ann [\"tea\", \"milk\"]").await;
    ends(&["/in", "/save", "/save-renew-and-fail"], "ann [\"tea\", \"milk\"]").await;
    ends(&["/in", "/save", "/renew-save-and-fail"], "ann [\"tea\", \"renewed\"]").await;
}

#[tokio::test]
async fn data_saved_under_a_sign_in_that_is_not_sent_is_not_sent_either() {
    ends(&["/save", "/in-save-and-fail"], "nobody [\"tea\"]").await;
    ends(&["/in", "/save", "/in-save-and-fail"], "ann [\"tea\"]").await;
}

#[tokio::test]
async fn what_nobody_saved_after_a_sign_out_goes_out_with_it_whatever_the_status() {
    ends(&["/in", "/save", "/out-save-and-fail"], "nobody [\"nobodys\"]").await;
}

#[tokio::test]
async fn saved_data_goes_out_where_another_session_fails() {
    let mut browser = browser();
    let answer = browser.get("/save-beside-too-large").await;
    assert!(matches!(answer.error, Some(SessionError::DoesNotFit(_))));
    assert_eq!((answer.status, answer.sets().as_str()), (500, "__Host-session"));
    assert_eq!(browser.get("/").await.body, "nobody [\"paid\"]");
}

/// A session that `Default` makes anew each time, as one with an id in it is.
#[derive(Clone, serde::Deserialize, serde::Serialize)]
struct Numbered(u32);

impl Default for Numbered {
    fn default() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl gingersnap::SessionData for Numbered {
    const TAG: &'static str = "numbered";
    const VERSION: u16 = 1;
}

#[tokio::test]
async fn a_save_sends_what_the_browser_does_not_have_though_nothing_changed() {
    async fn saves(mut session: Session<Numbered>) -> String {
        session.save().await.unwrap();
        session.0.to_string()
    }
    let layer = builder(&TestClock::new()).session::<Numbered>("numbered").build().unwrap();
    let mut browser = Browser::new(Router::new().route("/", get(saves)).layer(layer));
    let first = browser.get("/").await;
    assert_eq!(first.sets(), "__Host-numbered");
    let again = browser.get("/").await;
    assert_eq!((again.sets().as_str(), again.body), ("", first.body));
}

#[tokio::test]
async fn a_save_sends_a_fresh_session_once() {
    let mut browser = after(&[]).await;
    does(&mut browser, "/save/save", "__Host-session", "ok, ok").await;
    does(&mut browser, "/save/take/save", "", "ok, ok").await;
}

#[tokio::test]
async fn a_save_sends_what_was_destroyed_as_it_is_now() {
    let mut browser = after(&["/add-tea"]).await;
    does(&mut browser, "/destroy/save", "__Host-session", "ok").await;
    shows(&mut browser, "nobody: ").await;
}

#[tokio::test]
async fn a_save_in_place_of_a_dead_cookie_replaces_it() {
    let mut browser = after(&["/add-tea"]).await;
    browser.jar.insert("__Host-session".into(), "dead".into());
    does(&mut browser, "/save", "__Host-session", "ok").await;
}

#[tokio::test]
async fn a_save_of_what_a_sign_in_adopted_goes_out_as_the_persons() {
    let sets = "__Host-id __Host-session-own -__Host-session";
    for path in ["/in-ann/save", "/in-ann/take/save", "/take/in-ann/save"] {
        let mut browser = after(&["/add-tea"]).await;
        does(&mut browser, path, sets, "+__Host-session, ok").await;
        shows(&mut browser, "ann: tea").await;
    }
}

#[tokio::test]
async fn a_save_says_that_what_a_sign_in_adopted_does_not_fit() {
    for path in ["/big-5000/in-ann/save/status-500", "/take/big-5000/in-ann/save/status-500"] {
        let answer = after(&[]).await.get(path).await;
        assert!(answer.body.contains("DoesNotFit"), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_was_saved_and_then_destroyed_takes_no_other_persons_data_along() {
    let mut browser = after(&["/in-ann"]).await;
    let ann = browser.jar["__Host-id"].clone();
    browser.get("/out").await;
    browser.get("/in-bob/add-milk").await;
    browser.jar.insert("__Host-id".into(), ann);
    for path in ["/add-tea/save/destroy", "/save/add-tea/destroy", "/destroy"] {
        assert_eq!(browser.get(path).await.sets(), "", "{path}");
    }
}

/// The sign-out of nobody knows whom takes along what came before it, and nothing after it.
#[tokio::test]
async fn what_is_saved_after_a_sign_out_and_a_sign_in_goes_out() {
    let mut browser = after(&["/in-ann/add-tea"]).await;
    let out_and_in = "__Host-id __Host-session-own";
    assert_eq!(browser.clone().get("/out/in-ann/save").await.sets(), out_and_in);
    assert_eq!(browser.clone().get("/out/in-ann/add-milk/save/in-bob/in-ann").await.sets(), out_and_in);
    assert_eq!(browser.clone().get("/out/in-ann/add-milk/in-bob/in-ann").await.sets(), out_and_in);
    for name in ["__Host-id", "__Host-session-own"] {
        browser.jar.insert(name.into(), lagging(&browser.jar[name]));
    }
    assert_eq!(browser.get("/out/in-ann/save").await.sets(), out_and_in);
    shows(&mut browser, "ann: ").await;
}

/// The same token under a key that this node does not have.
fn lagging(token: &str) -> String {
    let mut bytes = URL_SAFE_NO_PAD.decode_to_vec(token).unwrap();
    bytes[1] ^= 1;
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}

#[tokio::test]
async fn what_is_saved_after_a_destroy_is_adopted() {
    let mut browser = after(&["/add-tea"]).await;
    let sets = "__Host-id __Host-session-own -__Host-session";
    does(&mut browser, "/destroy/save/in-ann/show", sets, "ok, +__Host-session, ann: ").await;
}
