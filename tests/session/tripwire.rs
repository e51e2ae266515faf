//! No response gives a browser another person's identity, whatever put it there.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gingersnap::keyring::Keyring;
use gingersnap::{Identity, Session, SessionError, SessionLayer};
use http::{HeaderValue, StatusCode};

use crate::browser::{Answer, Browser, TestClock, Visits, ring, with_ring};
use crate::events::Events;

/// A field that some cache or mix-up puts into every response.
type Leak = Arc<Mutex<Option<(StatusCode, String)>>>;

async fn leaking(State(leak): State<Leak>, mut response: Response) -> Response {
    if let Some((status, field)) = &*leak.lock().unwrap() {
        *response.status_mut() = *status;
        response.headers_mut().append(SET_COOKIE, HeaderValue::from_str(field).unwrap());
        response.headers_mut().append(SET_COOKIE, HeaderValue::from_static("lang=de"));
    }
    response
}

fn app(leak: &Leak, ring: &Keyring) -> Router {
    Router::new()
        .route("/untouched", get(async || "somebody's page"))
        .route("/reads", get(async |who: Identity| who.subject().unwrap_or("nobody").to_owned()))
        .route("/counts", get(async |mut visits: Session<Visits>| visits.0 += 1))
        .route("/in/ann", get(async |mut who: Identity| who.sign_in("ann").await.map(drop)))
        .route("/in/bob", get(async |mut who: Identity| who.sign_in("bob").await.map(drop)))
        .route("/renew", get(async |mut who: Identity| who.renew().await.map(|it| it.to_string())))
        .route("/out", get(async |mut who: Identity| who.sign_out().await.into_response()))
        .layer(axum::middleware::map_response_with_state(Arc::clone(leak), leaking))
        .layer(with_ring(ring.clone(), &TestClock::new()).build().unwrap())
}

struct Scene {
    leak: Leak,
    browser: Browser,
    bobs: String,
    anns: String,
    elsewhere: String,
}

/// Ann's browser, and a token of bob's.
async fn scene() -> Scene {
    let leak = Leak::default();
    let ring = ring();
    let app = app(&leak, &ring);
    let mut bob = Browser::new(app.clone());
    bob.get("/in/bob").await;
    let mut browser = Browser::new(app);
    browser.get("/in/ann").await;
    let anns = browser.jar["__Host-id"].clone();
    let elsewhere = elsewhere(ring).await;
    Scene { leak, browser, elsewhere, bobs: bob.jar["__Host-id"].clone(), anns }
}

impl Scene {
    async fn leaks(&self, path: &str, status: StatusCode, field: String) -> Answer {
        *self.leak.lock().unwrap() = Some((status, field));
        self.browser.late(path).await
    }
}

#[track_caller]
fn is_stopped(answer: &Answer) {
    assert_eq!((answer.status, answer.body.as_str(), answer.sets().as_str()), (500, "", ""));
    assert_eq!(answer.error, Some(SessionError::ForeignIdentity));
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn another_persons_identity_in_a_response_turns_it_into_an_error_with_no_cookie_at_all() {
    let scene = scene().await;
    for path in ["/untouched", "/reads", "/counts", "/renew", "/out", "/in/bob"] {
        for status in [StatusCode::OK, StatusCode::NOT_FOUND, StatusCode::INTERNAL_SERVER_ERROR] {
            let events = Events::start();
            let field = format!("__Host-id={}; Path=/; Secure; HttpOnly", scene.bobs);
            is_stopped(&scene.leaks(path, status, field).await);
            let events = events.take();
            let wanted = "ERROR a response bore the identity of another session; it was not sent";
            assert!(events.iter().any(|event| event == wanted), "{path} {status} {events:?}");
        }
    }
}

#[tokio::test]
async fn however_the_field_is_written_it_is_found() {
    let scene = scene().await;
    for field in [
        format!(" __Host-id={}", scene.bobs),
        format!("__Host-id = {}", scene.bobs),
        format!("\t__Host-id={}\t;Max-Age=5", scene.bobs),
    ] {
        is_stopped(&scene.leaks("/reads", StatusCode::OK, field).await);
    }
}

#[tokio::test]
async fn the_requests_own_identity_a_removal_other_cookies_and_what_is_no_identity_of_ours_pass() {
    let scene = scene().await;
    for field in [
        format!("__Host-id={}; Path=/", scene.anns),
        "__Host-id=; Max-Age=0; Path=/; Secure".to_owned(),
        format!("__Host-identity={}", scene.bobs),
        format!("id={}", scene.bobs),
        "__Host-id".to_owned(),
        // No identity of this layer: it signs nobody in.
        "__Host-id=junk".to_owned(),
        format!("__Host-id={}x", scene.anns),
        format!("__Host-id={}", "0a".repeat(32)),
        format!("__Host-id={}", scene.elsewhere),
    ] {
        let answer = scene.leaks("/reads", StatusCode::OK, field.clone()).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, "ann"), "{field}");
        let sent = answer.headers.get_all(SET_COOKIE).iter();
        assert!(sent.eq([field.as_str(), "lang=de"]), "{field}");
    }
}

#[tokio::test]
async fn signing_in_and_renewing_set_the_identities_that_they_gave_out() {
    let mut scene = scene().await;
    for path in ["/in/bob", "/renew", "/in/ann"] {
        assert_eq!(scene.browser.get(path).await.sets(), "__Host-id", "{path}");
    }
    assert_eq!(scene.browser.get("/reads").await.body, "ann");
}

/// The identity of another application with the same ring.
async fn elsewhere(ring: Keyring) -> String {
    let layer = SessionLayer::builder(ring, "elsewhere").clock(TestClock::new()).build().unwrap();
    let enter = async |mut who: Identity| who.sign_in("eve").await.map(drop);
    let mut browser = Browser::new(Router::new().route("/in", get(enter)).layer(layer));
    browser.get("/in").await;
    browser.jar["__Host-id"].clone()
}
