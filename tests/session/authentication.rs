//! The age of the proof of identity, and doing it again.

use axum::Router;
use axum::routing::get;
use gingersnap::{Identity, SessionError, SignedIn};

use crate::browser::{Browser, START, TestClock, builder, ring, with_ring};

fn routes() -> Router {
    Router::new()
        .route("/", get(async |who: SignedIn| who.subject().to_owned()))
        .route("/lately", get(async |who: SignedIn<600>| who.subject().to_owned()))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop)))
        .route("/again", get(async |mut who: SignedIn| who.reauthenticate().await.map(|it| it.to_string())))
        .route("/renew", get(async |mut who: SignedIn| who.renew().await.map(|it| it.to_string())))
        .route(
            "/times",
            get(async |who: SignedIn| format!("{:?} {:?}", who.started_at(), who.authenticated_at())),
        )
        .route("/out", get(async |mut who: SignedIn| who.sign_out().await.map(|()| who.subject().to_owned())))
}

fn browser(clock: &TestClock) -> Browser {
    Browser::new(routes().layer(builder(clock).build().unwrap()))
}

#[tokio::test]
async fn an_authentication_that_reached_the_greatest_age_must_be_made_anew() {
    for (age, status) in [(599, 200), (600, 401), (601, 401)] {
        let clock = TestClock::new();
        let mut browser = browser(&clock);
        browser.get("/in").await;
        clock.advance(age);
        let answer = browser.get("/lately").await;
        assert_eq!(answer.status, status, "{age}");
        assert_eq!(answer.error, (status == 401).then_some(SessionError::AuthenticationTooOld), "{age}");
        assert_eq!(browser.get("/").await.body, "ann");
    }
}

#[tokio::test]
async fn authenticating_again_makes_it_new_and_keeps_the_session_that_it_was() {
    let clock = TestClock::new();
    let mut browser = browser(&clock);
    browser.get("/in").await;
    let before = browser.jar["__Host-id"].clone();
    clock.advance(700);
    assert_eq!(browser.get("/lately").await.status, 401);
    assert_eq!(browser.get("/again").await.body, "true");
    assert_ne!(browser.jar["__Host-id"], before);
    assert_eq!(browser.get("/lately").await.body, "ann");
    let times = format!("Some(Timestamp({START})) Some(Timestamp({}))", START + 700);
    assert_eq!(browser.get("/times").await.body, times);
}

#[tokio::test]
async fn renewing_does_not_count_as_authentication() {
    let clock = TestClock::new();
    let mut browser = browser(&clock);
    browser.get("/in").await;
    clock.advance(600);
    browser.get("/renew").await;
    assert_eq!(browser.get("/lately").await.status, 401);
}

#[tokio::test]
async fn a_clock_a_minute_behind_takes_an_authentication_for_one_of_now() {
    let (ring, clock, behind) = (ring(), TestClock::new(), TestClock::new());
    let node = |clock: &TestClock| routes().layer(with_ring(ring.clone(), clock).build().unwrap());
    let mut browser = Browser::new(node(&clock));
    browser.get("/in").await;
    behind.set(START - 60);
    assert_eq!(browser.moved_to(node(&behind)).get("/lately").await.body, "ann");
}

#[tokio::test]
async fn who_signs_out_is_still_named_to_the_handler_that_does_it() {
    let mut browser = browser(&TestClock::new());
    browser.get("/in").await;
    assert_eq!(browser.get("/out").await.body, "ann");
    assert_eq!(browser.get("/").await.status, 401);
}
