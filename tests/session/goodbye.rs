//! Signing out and destroying hold, whatever else happens in the request.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::routing::get;
use gingersnap::{Entropy, Flash, Identity, Level, NoEntropy, Session, SessionError};
use http::Request;
use tower::{Layer as _, Service as _};

use crate::browser::{Browser, TestClock, Visits, builder, ring, with_ring};

struct Nothing;

impl Entropy for Nothing {
    fn fill(&self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }
}

async fn sign_in(mut who: Identity, mut flash: Flash) {
    who.sign_in("ada@example.com").unwrap();
    flash.push(Level::Success, "Hello, Ada.");
}

async fn sign_out(mut who: Identity, mut flash: Flash) {
    who.sign_out().unwrap();
    flash.push(Level::Success, "Goodbye.");
}

async fn sign_out_in_silence(mut who: Identity) {
    who.sign_out().unwrap();
}

async fn sign_in_another(mut who: Identity) {
    who.sign_in("bob@example.com").unwrap();
}

async fn messages(mut flash: Flash) -> String {
    flash.messages().into_iter().map(|message| message.text).collect()
}

async fn who(who: Identity) -> String {
    who.subject().unwrap_or("nobody").to_owned()
}

fn routes() -> Router {
    Router::new()
        .route("/in", get(sign_in))
        .route("/in/another", get(sign_in_another))
        .route("/out", get(sign_out))
        .route("/out/silent", get(sign_out_in_silence))
        .route("/messages", get(messages))
        .route("/who", get(who))
}

#[tokio::test]
async fn signing_out_needs_no_sealing_even_beside_something_that_does() {
    let (clock, ring) = (TestClock::new(), ring());
    let mut browser = Browser::new(routes().layer(with_ring(ring.clone(), &clock).build().unwrap()));
    browser.get("/in").await;
    let jar = browser.jar.clone();

    let without_randomness = with_ring(ring, &clock).entropy(Nothing).build().unwrap();
    let mut browser = Browser::new(routes().layer(without_randomness));
    browser.jar = jar;
    assert_eq!(browser.get("/who").await.body, "ada@example.com");
    assert_eq!(browser.get("/out").await.status, 503);
    assert!(!browser.jar.contains_key("__Host-id"));
    assert_eq!(browser.get("/who").await.body, "nobody");
}

#[tokio::test]
async fn messages_for_one_person_are_not_shown_to_the_next() {
    for leave in ["/out/silent", "/in/another"] {
        let mut browser = Browser::new(routes().layer(builder(&TestClock::new()).build().unwrap()));
        browser.get("/in").await;
        assert!(browser.jar.contains_key("__Host-flash"));
        browser.get(leave).await;
        assert_eq!(browser.get("/messages").await.body, "", "{leave}");
    }
}

#[tokio::test]
async fn a_destroyed_session_that_is_taken_again_and_held_is_destroyed() {
    let held: Arc<Mutex<Option<Session<Visits>>>> = Arc::default();
    let keep = Arc::clone(&held);
    let destroy = async move |request: axum::extract::Request| {
        let (parts, _) = request.into_parts();
        Session::<Visits>::from_parts(&parts).unwrap().destroy();
        *keep.lock().unwrap() = Some(Session::from_parts(&parts).unwrap());
    };
    let count = async |mut visits: Session<Visits>| visits.0 += 1;
    let routes = Router::new().route("/count", get(count)).route("/destroy", get(destroy));
    let mut browser = Browser::new(routes.layer(builder(&TestClock::new()).build().unwrap()));
    browser.get("/count").await;
    assert!(browser.jar.contains_key("__Host-visits"));
    assert_eq!(browser.get("/destroy").await.status, 200);
    assert!(!browser.jar.contains_key("__Host-visits"));
}

#[tokio::test]
async fn a_handle_that_outlives_a_response_that_never_came_cannot_save() {
    let layer = builder(&TestClock::new()).build().unwrap();
    let (send, receive) = tokio::sync::oneshot::channel();
    let send = Mutex::new(Some(send));
    let inner = tower::service_fn(move |request: Request<()>| {
        let session = Session::<Visits>::from_parts(&request.into_parts().0).unwrap();
        drop(send.lock().unwrap().take().unwrap().send(session));
        std::future::pending::<Result<http::Response<String>, std::convert::Infallible>>()
    });
    let answer = layer.layer(inner).call(Request::new(()));
    let mut session = receive.await.unwrap();
    drop(answer);
    session.0 += 1;
    assert_eq!(session.save().await, Err(SessionError::HeadSent));
}
