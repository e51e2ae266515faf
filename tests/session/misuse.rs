//! The program's own faults are reported: as an event at ERROR, and in debug builds as the text in the body.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use gingersnap::{Identity, Map, Session, SessionError, SignedIn, View};

use crate::browser::{Answer, Browser, TestClock, Visits, builder};
use crate::events::Events;

/// Checks the response to a misuse of the layer.
#[track_caller]
pub(crate) fn is_told(answer: &Answer, error: &SessionError, text: &str) {
    let body = if cfg!(debug_assertions) { format!("{text}\n") } else { String::new() };
    assert_eq!((answer.status, answer.body.as_str(), answer.sets().as_str()), (500, body.as_str(), ""));
    assert_eq!(answer.error.as_ref(), Some(error));
    assert_eq!(error.to_string(), text);
    assert_eq!(answer.headers["cache-control"], "no-store");
}

#[tokio::test]
async fn each_misuse_is_an_event_and_its_text_is_the_body_in_debug_builds() {
    async fn holds(_visits: Session<Visits>, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let long = "a".repeat(1025);
    let routes = Router::new()
        .route("/held", get(async |_: View<Visits>| ()).layer(from_fn(holds)))
        .route("/twice", get(async |_: Session<Visits>, _: Session<Visits>| ()))
        .route("/unregistered", get(async |_: Session<Map>| ()))
        .route("/unregistered-view", get(async |_: View<Map>| ()))
        .route("/empty", get(async |mut who: Identity| who.sign_in("").await.map(drop)))
        .route("/long", get(async move |mut who: Identity| who.sign_in(long.clone()).await.map(drop)))
        .route(
            "/remember",
            get(async |mut who: Identity| who.sign_in_and_remember("ann", 60).await.map(drop)),
        )
        .layer(builder(&TestClock::new()).build().unwrap())
        .route("/after", get(async |_: Identity| ()))
        .route("/after-too", get(async |_: SignedIn| ()));
    let mut browser = Browser::new(routes);
    let taken = SessionError::AlreadyTaken("Visits");
    let unregistered = SessionError::NotRegistered("Map");
    for (path, error) in [
        ("/after", &SessionError::NoLayer),
        ("/after-too", &SessionError::NoLayer),
        ("/held", &taken),
        ("/twice", &taken),
        ("/unregistered", &unregistered),
        ("/unregistered-view", &unregistered),
        ("/empty", &SessionError::BadSubject),
        ("/long", &SessionError::BadSubject),
        ("/remember", &SessionError::NotRemembered),
    ] {
        let events = Events::start();
        is_told(&browser.get(path).await, error, &error.to_string());
        let event = format!("ERROR the session layer is misused error={:?}", error.to_string());
        assert_eq!(events.take(), [event], "{path}");
    }
}

/// A visitor who must sign in, or wait, did nothing that the program should have prevented.
#[tokio::test]
async fn what_a_visitor_may_meet_is_no_misuse() {
    let routes = Router::new().route("/", get(async |_: SignedIn| ()));
    let mut browser = Browser::new(routes.layer(builder(&TestClock::new()).build().unwrap()));
    let events = Events::start();
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.body.as_str()), (401, ""));
    assert!(events.take().is_empty());
}
