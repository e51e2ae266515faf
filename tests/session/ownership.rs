//! Data and its owner.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gingersnap::{Identity, Report, Session, View};

use crate::browser::{Browser, Cart, Line, TestClock, Visits, builder};

async fn add(Path(item): Path<String>, mut cart: Session<Cart>) {
    cart.lines.push(Line { item, qty: 1 });
}

async fn show(cart: View<Cart>) -> String {
    let owned = cart.report().and_then(|Report { is_owned, .. }| is_owned);
    let items = cart.lines.iter().map(|line| line.item.as_str());
    format!("{:?} {owned:?}", items.collect::<Vec<_>>())
}

async fn sign_in(Path(subject): Path<String>, mut who: Identity) {
    who.sign_in(subject).unwrap();
}

fn app() -> Router {
    Router::new()
        .route("/cart", get(show))
        .route("/add/{item}", get(add))
        .route("/visit", get(async |mut visits: Session<Visits>| visits.0 += 1))
        .route("/visits", get(async |visits: View<Visits>| visits.0.to_string()))
        .route("/in/{subject}", get(sign_in))
        .route(
            "/touch-in/{subject}",
            get(async |_: View<Cart>, path: Path<String>, who: Identity| {
                sign_in(path, who).await;
            }),
        )
        .route(
            "/in-then-add/{subject}",
            get(async |Path(it): Path<String>, mut who: Identity, mut cart: Session<Cart>| {
                cart.lines.push(Line { item: it.clone(), qty: 1 });
                who.sign_in(it).unwrap();
            }),
        )
        .route("/renew", get(async |mut who: Identity| who.renew().unwrap().to_string()))
        .route("/touch-renew", get(async |_: View<Cart>, mut who: Identity| who.renew().unwrap().to_string()))
        .route(
            "/save-renew",
            get(async |mut cart: Session<Cart>, mut who: Identity| {
                cart.lines.push(Line { item: "saved".into(), qty: 1 });
                cart.save().await.unwrap();
                who.renew().unwrap().to_string()
            }),
        )
        .route("/out", get(async |mut who: Identity| who.sign_out().unwrap()))
        .route("/touch-out", get(async |_: View<Cart>, mut who: Identity| who.sign_out().unwrap()))
        .layer(builder(&TestClock::new()).build().unwrap())
}

/// A browser that did these things, one after the other.
async fn after(paths: &[&str]) -> Browser {
    let mut browser = Browser::new(app());
    for path in paths {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    browser
}

#[track_caller]
fn shows(browser: &mut Browser, body: &'static str) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move { assert_eq!(browser.get("/cart").await.body, body, "{place}") }
}

#[tokio::test]
async fn anonymous_data_is_kept_at_sign_in_and_adopted_by_the_next_write() {
    let mut browser = after(&["/add/tea"]).await;
    assert_eq!(browser.get("/in/ann").await.sets(), "__Host-id");
    shows(&mut browser, "[\"tea\"] Some(false)").await;
    browser.get("/add/milk").await;
    shows(&mut browser, "[\"tea\", \"milk\"] Some(true)").await;
}

#[tokio::test]
async fn a_change_in_the_request_that_signs_in_is_adopted_at_once() {
    let mut browser = after(&["/add/tea"]).await;
    assert_eq!(browser.get("/in-then-add/ann").await.sets(), "__Host-id __Host-session");
    shows(&mut browser, "[\"tea\", \"ann\"] Some(true)").await;
}

#[tokio::test]
async fn another_subjects_data_is_reset_whether_touched_or_not() {
    for sign_in in ["/in/bob", "/touch-in/bob"] {
        let mut browser = after(&["/in/ann", "/add/tea"]).await;
        assert_eq!(browser.get(sign_in).await.sets(), "__Host-id -__Host-session");
        shows(&mut browser, "[] None").await;
    }
}

#[tokio::test]
async fn the_same_subjects_data_follows_a_new_sign_in_and_a_renewal() {
    for path in ["/in/ann", "/touch-in/ann", "/renew", "/touch-renew"] {
        let mut browser = after(&["/in/ann", "/add/tea", "/visit"]).await;
        assert_eq!(browser.get(path).await.sets(), "__Host-id __Host-session __Host-visits", "{path}");
        shows(&mut browser, "[\"tea\"] Some(true)").await;
        assert_eq!(browser.get("/visits").await.body, "1");
    }
}

#[tokio::test]
async fn data_saved_before_a_renewal_follows_it() {
    let mut browser = after(&["/in/ann", "/add/tea"]).await;
    assert_eq!(browser.get("/save-renew").await.sets(), "__Host-id __Host-session");
    shows(&mut browser, "[\"tea\", \"saved\"] Some(true)").await;
}

#[tokio::test]
async fn sign_out_removes_the_identity_and_its_data_whether_touched_or_not() {
    for path in ["/out", "/touch-out"] {
        let mut browser = after(&["/in/ann", "/add/tea", "/visit"]).await;
        assert_eq!(browser.get(path).await.sets(), "-__Host-id -__Host-session -__Host-visits", "{path}");
        assert_eq!(browser.cookies(), "");
    }
}

#[tokio::test]
async fn sign_out_keeps_data_without_an_owner() {
    let mut browser = after(&["/visit", "/in/ann", "/add/tea"]).await;
    assert_eq!(browser.get("/out").await.sets(), "-__Host-id -__Host-session");
    assert_eq!(browser.get("/visits").await.body, "1");
}

#[tokio::test]
async fn data_of_another_owner_is_as_if_absent_and_stays() {
    let mut browser = after(&["/in/ann", "/add/tea"]).await;
    browser.jar.remove("__Host-id");
    browser.get("/in/bob").await;
    for (path, sets) in [("/cart", ""), ("/renew", "__Host-id"), ("/touch-out", "-__Host-id")] {
        assert_eq!(browser.get(path).await.sets(), sets, "{path}");
        shows(&mut browser, "[] None").await;
    }
    assert!(browser.jar.contains_key("__Host-session"));
}

#[tokio::test]
async fn owned_data_without_its_identity_is_as_if_absent() {
    let mut browser = after(&["/in/ann", "/add/tea"]).await;
    let identity = browser.jar.remove("__Host-id").unwrap();
    shows(&mut browser, "[] None").await;
    browser.jar.insert("__Host-id".into(), identity);
    shows(&mut browser, "[\"tea\"] Some(true)").await;
}
