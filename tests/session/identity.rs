//! Signing in, renewing, signing out.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gingersnap::{Identity, Policy, Session, SessionError, Timestamp};

use crate::browser::{Browser, Cart, Line, START, TestClock, builder};
use crate::events::Events;

async fn who(who: Identity) -> String {
    let unix = |at: Option<Timestamp>| at.map_or(0, |at| at.unix().saturating_sub(START));
    format!("{:?} {} {}", who.subject(), unix(who.started_at()), unix(who.authenticated_at()))
}

async fn sign_in(Path(subject): Path<String>, mut who: Identity) -> Result<String, SessionError> {
    who.sign_in(subject).await?;
    Ok(who.subject().unwrap().to_owned())
}

fn app(clock: &TestClock) -> Router {
    Router::new()
        .route("/who", get(who))
        .route("/in/{subject}", get(sign_in))
        .route("/renew", get(async |mut who: Identity| who.renew().await.unwrap().to_string()))
        .route("/out", get(async |mut who: Identity| who.sign_out().await.unwrap()))
        .route(
            "/in-without-room",
            get(async |mut who: Identity, mut cart: Session<Cart>| {
                who.sign_in("bob").await.unwrap();
                cart.lines.push(Line { item: "x".repeat(5000), qty: 1 });
            }),
        )
        .route("/long", get(async |mut who: Identity| who.sign_in("x".repeat(1024)).await.map(drop).unwrap()))
        .route("/too-long", get(async |mut who: Identity| who.sign_in("x".repeat(1025)).await.map(drop)))
        .route("/empty", get(async |mut who: Identity| who.sign_in("").await.map(drop)))
        .route(
            "/out-and-in",
            get(async |mut who: Identity| {
                who.sign_out().await.unwrap();
                who.sign_in("bob").await.unwrap();
                assert!(who.renew().await.unwrap());
            }),
        )
        .layer(builder(clock).build().unwrap())
}

fn browser() -> Browser {
    Browser::new(app(&TestClock::new()))
}

#[tokio::test]
async fn a_sign_in_is_remembered_until_the_sign_out() {
    let mut browser = browser();
    assert_eq!(browser.get("/who").await.body, "None 0 0");
    assert_eq!(browser.get("/in/ann").await.sets(), "__Host-id");
    let answer = browser.get("/who").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("Some(\"ann\") 0 0", ""));
    assert_eq!(browser.get("/out").await.sets(), "-__Host-id");
    assert_eq!(browser.get("/who").await.body, "None 0 0");
}

#[tokio::test]
async fn each_sign_in_and_renewal_has_new_times_as_due_and_a_new_token() {
    let clock = TestClock::new();
    let mut browser = Browser::new(app(&clock));
    browser.get("/in/ann").await;
    let first = browser.cookies();
    clock.advance(10);
    assert_eq!(browser.get("/renew").await.body, "true");
    assert_eq!(browser.get("/who").await.body, "Some(\"ann\") 0 0");
    let second = browser.cookies();
    assert_ne!(first, second);
    clock.advance(10);
    browser.get("/in/ann").await;
    assert_eq!(browser.get("/who").await.body, "Some(\"ann\") 20 20");
    assert_ne!(second, browser.cookies());
}

#[tokio::test]
async fn nobody_cannot_be_renewed() {
    let answer = browser().get("/renew").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("false", ""));
}

#[tokio::test]
async fn a_subject_has_1_to_1024_bytes() {
    let mut browser = browser();
    for path in ["/empty", "/too-long"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
        assert_eq!(answer.error.unwrap().to_string(), "a subject has between 1 and 1024 bytes");
    }
    assert_eq!(browser.get("/long").await.sets(), "__Host-id");
    assert!(browser.get("/who").await.body.len() > 1024);
}

#[tokio::test]
async fn the_last_verb_of_a_request_counts() {
    let mut browser = browser();
    browser.get("/in/ann").await;
    assert_eq!(browser.get("/out-and-in").await.sets(), "__Host-id");
    assert_eq!(browser.get("/who").await.body, "Some(\"bob\") 0 0");
}

#[tokio::test]
async fn an_identity_of_24_characters_takes_at_most_160() {
    let mut browser = browser();
    browser.get("/in/abcdefghijklmnopqrstuvwx").await;
    assert!(browser.jar["__Host-id"].len() <= 160, "{}", browser.jar["__Host-id"].len());
}

#[tokio::test]
async fn signing_in_and_out_are_events_without_a_name() {
    let mut browser = browser();
    let events = Events::start();
    browser.get("/in/ann").await;
    browser.get("/out").await;
    assert_eq!(events.take(), ["INFO signed in", "INFO signed out"]);
}

#[tokio::test]
async fn a_renewal_is_no_sign_in_and_what_is_not_sent_is_no_event() {
    let mut browser = browser();
    browser.get("/in/ann").await;
    let events = Events::start();
    browser.get("/renew").await;
    assert_eq!(events.take(), Vec::<String>::new());
    let answer = browser.get("/in-without-room").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
    assert_eq!(events.take(), [TOO_LARGE]);
}

const TOO_LARGE: &str =
    "ERROR session not sent error=\"the cookie __Host-session-own needs 6788 octets and may have 4096\"";

/// Puts as much into the cart as goes.
async fn fill(mut cart: Session<Cart>) -> String {
    for step in [512, 64, 8, 1] {
        let add = |cart: &mut Cart| {
            cart.lines.push(Line { item: "x".repeat(step), qty: 1 });
            Ok::<_, ()>(())
        };
        while cart.try_change(add).is_ok() {}
    }
    cart.lines.len().to_string()
}

#[tokio::test]
async fn a_full_session_is_as_it_was_when_its_owner_is_renewed_or_signs_in_again_much_later() {
    for path in ["/renew", "/again", "/in"] {
        let clock = TestClock::new();
        let routes = Router::new()
            .route("/fill", get(fill))
            .route("/lines", get(async |cart: Session<Cart>| cart.lines.len().to_string()))
            .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop)))
            .route("/renew", get(async |mut who: Identity| who.renew().await.map(|it| it.to_string())))
            .route(
                "/again",
                get(async |mut who: Identity| who.reauthenticate().await.map(|it| it.to_string())),
            );
        let policy = Policy::relaxed().absolute_timeout(300 * 86_400);
        let mut browser = Browser::new(routes.layer(builder(&clock).policy(policy).build().unwrap()));
        browser.get("/in").await;
        let lines = browser.get("/fill").await.body;
        clock.advance(299 * 86_400);
        assert_eq!(browser.get(path).await.sets(), "__Host-id", "{path}");
        assert_eq!(browser.get("/lines").await.body, lines, "{path}");
    }
}
