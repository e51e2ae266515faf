//! Responses that come late: a read revives nothing, a write of data undoes no sign-in and no sign-out.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gingersnap::{Identity, Session, View};

use crate::browser::{Answer, Browser, Cart, Line, TestClock, builder};

async fn add(Path(item): Path<String>, mut cart: Session<Cart>) {
    cart.lines.push(Line { item, qty: 1 });
}

async fn show(cart: View<Cart>, who: Identity) -> String {
    let items = cart.lines.iter().map(|line| line.item.as_str());
    format!("{} {:?}", who.subject().unwrap_or("nobody"), items.collect::<Vec<_>>())
}

fn app() -> Router {
    Router::new()
        .route("/", get(show))
        .route("/add/{item}", get(add))
        .route(
            "/in/{subject}",
            get(async |Path(it): Path<String>, mut who: Identity| who.sign_in(it).await.map(drop).unwrap()),
        )
        .route("/renew", get(async |mut who: Identity| who.renew().await.unwrap().to_string()))
        .route("/out", get(async |mut who: Identity| who.sign_out().await.unwrap()))
        .layer(builder(&TestClock::new()).build().unwrap())
}

/// A browser that did `before`, asked for `late`, did `meanwhile`, and then got the late answer.
async fn late(before: &[&str], late: &str, meanwhile: &[&str]) -> (Browser, Answer) {
    let mut browser = Browser::new(app());
    for path in before {
        browser.get(path).await;
    }
    let answer = browser.late(late).await;
    for path in meanwhile {
        browser.get(path).await;
    }
    browser.keep(&answer);
    (browser, answer)
}

/// Returns the browser's view after the late answer came.
async fn ends(before: &[&str], path: &str, meanwhile: &[&str]) -> String {
    late(before, path, meanwhile).await.0.get("/").await.body
}

#[tokio::test]
async fn a_late_read_sends_nothing_whatever_it_saw() {
    let (mut browser, answer) = late(&["/in/ann", "/add/tea"], "/", &["/out", "/add/milk"]).await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("ann [\"tea\"]", ""));
    assert_eq!(browser.get("/").await.body, "nobody [\"milk\"]");
}

#[tokio::test]
async fn a_late_write_does_not_revive_who_signed_out() {
    assert_eq!(ends(&["/in/ann", "/add/tea"], "/add/late", &["/out"]).await, "nobody []");
}

#[tokio::test]
async fn a_late_write_of_a_guest_does_not_undo_a_sign_in_and_is_not_shown_beside_the_persons() {
    assert_eq!(ends(&["/add/tea"], "/add/late", &["/in/ann"]).await, "ann [\"tea\"]");
    let (mut browser, answer) = late(&["/add/tea"], "/add/late", &["/in/ann"]).await;
    assert_eq!(answer.sets(), "__Host-session");
    assert_eq!(browser.get("/add/milk").await.sets(), "__Host-session-own -__Host-session");
    assert_eq!(browser.get("/").await.body, "ann [\"tea\", \"milk\"]");
}

#[tokio::test]
async fn a_late_write_shows_nothing_to_whoever_signed_in_meanwhile() {
    assert_eq!(ends(&["/in/ann", "/add/tea"], "/add/late", &["/in/bob"]).await, "bob []");
    assert_eq!(ends(&["/in/ann", "/add/tea"], "/add/late", &["/out", "/in/bob"]).await, "bob []");
    assert_eq!(
        ends(&["/in/ann", "/add/tea"], "/add/late", &["/out", "/in/bob", "/add/milk"]).await,
        "bob []"
    );
}

#[tokio::test]
async fn a_late_write_of_an_earlier_sign_in_is_the_same_persons() {
    for meanwhile in [&["/out", "/in/ann"][..], &["/renew"], &["/in/ann"]] {
        let shown = ends(&["/in/ann", "/add/tea"], "/add/late", meanwhile).await;
        assert_eq!(shown, "ann [\"tea\", \"late\"]", "{meanwhile:?}");
    }
}

#[tokio::test]
async fn of_two_writes_at_once_the_last_one_stays() {
    assert_eq!(ends(&["/add/tea"], "/add/first", &["/add/second"]).await, "nobody [\"tea\", \"first\"]");
}
