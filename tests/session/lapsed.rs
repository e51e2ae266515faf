//! Data that a timeout ended, and the people who come back to it.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gingersnap::{Flash, Identity, Level, Policy, Session, SessionError, View};

use crate::browser::{Browser, Cart, Line, START, TestClock, Visits, builder};

const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

async fn add(Path(item): Path<String>, mut cart: Session<Cart>) {
    cart.lines.push(Line { item, qty: 1 });
}

async fn show(cart: View<Cart>, who: Identity) -> String {
    let items = cart.lines.iter().map(|line| line.item.as_str());
    format!("{} {:?}", who.subject().unwrap_or("nobody"), items.collect::<Vec<_>>())
}

/// Looks at the cart before and after the sign-in.
async fn look_and_sign_in(Path(subject): Path<String>, cart: Session<Cart>, mut who: Identity) -> String {
    let before = cart.lines.len();
    let parked = cart.park();
    who.sign_in(subject).unwrap();
    format!("{before} {}", parked.take().unwrap().lines.len())
}

async fn add_and_sign_in(Path(subject): Path<String>, mut cart: Session<Cart>, mut who: Identity) {
    cart.lines.push(Line { item: "new".into(), qty: 1 });
    who.sign_in(subject).unwrap();
}

fn browser(clock: &TestClock) -> Browser {
    let routes = Router::new()
        .route("/", get(show))
        .route("/add/{item}", get(add))
        .route("/count", get(async |mut visits: Session<Visits>| visits.0 += 1))
        .route("/in/{subject}", get(async |Path(it): Path<String>, mut who: Identity| who.sign_in(it)))
        .route("/look/{subject}", get(look_and_sign_in))
        .route("/addin/{subject}", get(add_and_sign_in))
        .route("/out", get(async |mut who: Identity| who.sign_out()))
        .route("/renew", get(async |mut who: Identity| who.renew().map(|it| it.to_string())))
        .route("/say", get(async |mut flash: Flash| flash.push(Level::Info, "for ann")))
        .route("/hear", get(async |mut flash: Flash| flash.messages().len().to_string()));
    Browser::new(routes.layer(builder(clock).policy(Policy::standard()).build().unwrap()))
}

/// A browser whose owner, ann, has tea in her cart and was idle too long.
async fn lapsed(clock: &TestClock) -> Browser {
    let mut browser = browser(clock);
    browser.get("/in/ann").await;
    browser.get("/add/tea").await;
    clock.advance(HOUR);
    browser
}

#[tokio::test]
async fn what_belongs_to_who_timed_out_is_as_if_absent_and_stays() {
    let clock = TestClock::new();
    let mut browser = lapsed(&clock).await;
    let jar = browser.cookies();
    assert_eq!(browser.get("/").await.body, "nobody []");
    assert_eq!(browser.cookies(), jar);
}

#[tokio::test]
async fn who_signs_in_again_after_a_timeout_finds_what_they_had() {
    for late in [0, DAY, 20 * DAY] {
        let clock = TestClock::new();
        let mut browser = lapsed(&clock).await;
        clock.advance(late);
        assert_eq!(browser.get("/in/ann").await.sets(), "__Host-id __Host-session", "{late}");
        assert_eq!(browser.get("/").await.body, "ann [\"tea\"]", "{late}");
    }
}

#[tokio::test]
async fn what_is_older_than_the_longest_session_is_gone() {
    let clock = TestClock::new();
    let mut browser = lapsed(&clock).await;
    clock.set(START + 400 * DAY + 60);
    browser.get("/in/ann").await;
    assert_eq!(browser.get("/").await.body, "ann []");
}

#[tokio::test]
async fn a_handler_that_looked_before_the_sign_in_sees_it_after() {
    let clock = TestClock::new();
    let mut browser = lapsed(&clock).await;
    assert_eq!(browser.get("/look/ann").await.body, "0 1");
    assert_eq!(browser.get("/").await.body, "ann [\"tea\"]");
}

#[tokio::test]
async fn somebody_else_who_signs_in_after_a_timeout_sees_none_of_it_and_ends_it() {
    for path in ["/in/bob", "/look/bob"] {
        let clock = TestClock::new();
        let mut browser = lapsed(&clock).await;
        let answer = browser.get(path).await;
        assert_eq!(answer.sets(), "__Host-id -__Host-session", "{path}");
        assert_eq!(browser.get("/").await.body, "bob []", "{path}");
        browser.get("/in/ann").await;
        assert_eq!(browser.get("/").await.body, "ann []", "{path}");
    }
}

#[tokio::test]
async fn messages_for_who_timed_out_are_not_for_somebody_else() {
    for (subject, heard) in [("ann", "1"), ("bob", "0")] {
        let clock = TestClock::new();
        let mut browser = browser(&clock);
        browser.get("/in/ann").await;
        clock.advance(HOUR - 1);
        browser.get("/say").await;
        clock.advance(1);
        browser.get(&format!("/in/{subject}")).await;
        assert_eq!(browser.get("/hear").await.body, heard, "{subject}");
    }
}

#[tokio::test]
async fn signing_out_after_a_timeout_removes_what_was_left() {
    let clock = TestClock::new();
    let mut browser = lapsed(&clock).await;
    assert_eq!(browser.get("/out").await.sets(), "-__Host-id -__Host-session");
    browser.get("/in/ann").await;
    assert_eq!(browser.get("/").await.body, "ann []");
}

#[tokio::test]
async fn an_anonymous_write_after_a_timeout_takes_the_place_of_that_session_alone() {
    let clock = TestClock::new();
    let mut browser = lapsed(&clock).await;
    assert_eq!(browser.get("/count").await.sets(), "__Host-visits");
    browser.get("/in/ann").await;
    assert_eq!(browser.get("/").await.body, "ann [\"tea\"]");
    clock.advance(HOUR);
    browser.get("/add/milk").await;
    browser.get("/in/ann").await;
    assert_eq!(browser.get("/").await.body, "ann [\"milk\"]");
}

#[tokio::test]
async fn what_is_written_in_the_same_request_stands_in_place_of_what_was() {
    let clock = TestClock::new();
    let mut browser = lapsed(&clock).await;
    browser.get("/addin/ann").await;
    assert_eq!(browser.get("/").await.body, "ann [\"new\"]");
}

#[tokio::test]
async fn a_timeout_cannot_be_renewed_away() {
    let clock = TestClock::new();
    let mut browser = lapsed(&clock).await;
    let answer = browser.get("/renew").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("false", ""));
    assert_eq!(answer.error, None::<SessionError>);
}
