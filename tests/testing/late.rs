//! Changes after the head, where they are denied.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use futures_util::stream;
use gingersnap::testing::{TestClock, deny_late_changes};
use gingersnap::{Session, SessionError};

use crate::app::{Browser, Cart, builder};
use crate::events::Events;

fn browser() -> Browser {
    let sessions = deny_late_changes(builder(&TestClock::new())).build().unwrap();
    let routes = Router::new()
        .route("/in-time", get(async |mut cart: Session<Cart>| cart.0.push("tea".into())))
        .route("/streamed", get(streamed))
        .route("/spawned", get(spawned))
        .route("/held", get(held));
    Browser::new(routes.layer(sessions))
}

/// Changes the session while the body is read.
async fn streamed(mut cart: Session<Cart>) -> Body {
    Body::from_stream(stream::once(async move {
        cart.0.push("tea".into());
        Ok::<_, SessionError>("")
    }))
}

/// Changes the session in a task that nobody waits for.
async fn spawned(mut cart: Session<Cart>) {
    tokio::spawn(async move {
        tokio::task::yield_now().await;
        cart.0.push("tea".into());
    });
}

/// Is still held at the head, which turns the response into an error.
async fn held(mut cart: Session<Cart>) -> Body {
    cart.0.push("tea".into());
    Body::from_stream(stream::once(async move { Ok::<_, SessionError>(cart.0.concat()) }))
}

#[tokio::test]
async fn a_change_in_time_goes_out_as_ever() {
    let mut browser = browser();
    browser.get("/in-time").await.assert_sets("__Host-cart");
    let answer = browser.get("/held").await;
    assert_eq!(answer.error, Some(SessionError::HeldPastHead("__Host-cart".into())));
}

#[tokio::test]
#[should_panic(
    expected = "the session __Host-cart was first changed after the response's head was sent, and the change is lost: \
                change it, and drop the handle, before the handler returns"
)]
async fn a_change_after_the_head_fails_the_test() {
    browser().get("/streamed").await;
}

#[tokio::test]
#[should_panic(expected = "the session __Host-cart was first changed after the response's head was sent")]
async fn a_change_after_the_head_in_a_task_of_its_own_fails_the_test_in_the_end() {
    let mut browser = browser();
    assert_eq!(browser.get("/spawned").await.status, 200);
    // The task's own panic ends the task alone.
    for _ in 0..8 {
        tokio::task::yield_now().await;
    }
    drop(browser);
}

#[tokio::test]
async fn a_denied_change_is_an_event_as_well() {
    let events = Events::start();
    let browser = browser();
    let mut same = browser.clone();
    assert!(tokio::spawn(async move { same.get("/streamed").await }).await.is_err());
    assert_eq!(
        events.take(),
        [
            "ERROR session changed after the response's head was sent; the change is lost cookie=\"__Host-cart\""
        ]
    );
    // Dropping the layer would be the second panic.
    std::mem::forget(browser);
}
