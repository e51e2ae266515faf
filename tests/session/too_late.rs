//! Changes that miss the response's head.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use futures_util::FutureExt as _;
use futures_util::stream;
use gingersnap::{Session, SessionError};
use http::Request;
use http::request::Parts;
use tower::{Layer as _, Service as _};

use crate::browser::{Browser, TestClock, Visits, builder};
use crate::events::Events;

/// A body that runs `late` when it is read, after the head.
fn streamed(late: impl FnOnce() -> String + Send + 'static) -> Body {
    Body::from_stream(stream::once(async move { Ok::<_, std::convert::Infallible>(late()) }))
}

fn browser(routes: Router) -> Browser {
    Browser::new(routes.layer(builder(&TestClock::new()).build().unwrap()))
}

const LOST: &str =
    "ERROR session changed after the response's head was sent; the change is lost cookie=\"__Host-visits\"";

#[tokio::test]
async fn a_body_may_read_a_session() {
    async fn reads(visits: Session<Visits>) -> Body {
        streamed(move || visits.0.to_string())
    }
    let answer = browser(Router::new().route("/", get(reads))).get("/").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.sets().as_str()), (200, "0", ""));
}

#[tokio::test]
async fn a_changed_session_still_held_at_the_head_is_an_error() {
    async fn holds(mut visits: Session<Visits>) -> Body {
        visits.0 += 1;
        streamed(move || visits.0.to_string())
    }
    async fn forgets(mut visits: Session<Visits>) {
        visits.0 += 1;
        std::mem::forget(visits);
    }
    for routes in [Router::new().route("/", get(holds)), Router::new().route("/", get(forgets))] {
        let answer = browser(routes).get("/").await;
        assert_eq!((answer.status, answer.body.as_str(), answer.sets().as_str()), (500, "", ""));
        let error = answer.error.unwrap();
        assert_eq!(error, SessionError::HeldPastHead("__Host-visits".into()));
        assert_eq!(
            error.to_string(),
            "the changed session __Host-visits was still held when the response's head was ready"
        );
    }
}

#[tokio::test]
async fn a_first_change_after_the_head_is_an_event() {
    async fn late(mut visits: Session<Visits>) -> Body {
        streamed(move || {
            visits.0 += 1;
            visits.0 += 1;
            visits.0.to_string()
        })
    }
    let events = Events::start();
    let answer = browser(Router::new().route("/", get(late))).get("/").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.sets().as_str()), (200, "2", ""));
    assert_eq!(events.take(), [LOST]);
}

#[tokio::test]
async fn a_change_after_a_save_and_after_the_head_is_an_event() {
    async fn late(mut visits: Session<Visits>) -> Body {
        visits.0 += 1;
        visits.save().await.unwrap();
        streamed(move || {
            visits.0 += 1;
            String::new()
        })
    }
    let events = Events::start();
    assert_eq!(browser(Router::new().route("/", get(late))).get("/").await.sets(), "__Host-visits");
    assert_eq!(events.take(), [LOST]);
}

#[tokio::test]
async fn saving_after_the_head_is_an_error() {
    let seen = Arc::new(Mutex::new(None));
    let told = Arc::clone(&seen);
    let late = move |mut visits: Session<Visits>| async move {
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            *told.lock().unwrap() = Some((
                visits
                    .try_change(|it| {
                        it.0 += 1;
                        Ok::<_, ()>(())
                    })
                    .is_err(),
                visits.save().await,
            ));
        });
    };
    let answer = browser(Router::new().route("/", get(late))).get("/").await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, ""));
    tokio::time::sleep(Duration::from_millis(100)).await;
    // The change was rolled back, so there is nothing to save.
    assert_eq!(*seen.lock().unwrap(), Some((true, Err(SessionError::HeadSent))));
}

#[tokio::test]
async fn a_session_first_taken_after_the_head_is_refused() {
    async fn late(parts: Parts) -> Body {
        drop(Session::<Visits>::from_parts(&parts).await.unwrap());
        streamed(move || {
            Session::<Visits>::from_parts(&parts).now_or_never().unwrap().unwrap_err().to_string()
        })
    }
    let answer = browser(Router::new().route("/", get(late))).get("/").await;
    assert_eq!(answer.body, "the response's head was sent before the session was changed");
}

#[tokio::test]
async fn a_request_given_up_by_the_client_sends_nothing_and_blocks_nobody() {
    async fn slow(mut visits: Session<Visits>) {
        visits.0 += 1;
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    let mut browser = browser(
        Router::new()
            .route("/slow", get(slow))
            .route("/", get(|visits: Session<Visits>| async move { visits.0.to_string() })),
    );
    assert!(tokio::time::timeout(Duration::from_millis(20), browser.late("/slow")).await.is_err());
    assert_eq!(browser.get("/").await.body, "0");
}

#[tokio::test]
async fn destroying_after_the_head_is_an_event() {
    async fn late(visits: Session<Visits>) -> Body {
        streamed(move || {
            visits.destroy();
            String::new()
        })
    }
    let events = Events::start();
    assert_eq!(browser(Router::new().route("/", get(late))).get("/").await.sets(), "");
    assert_eq!(events.take(), [LOST]);
}

#[tokio::test]
async fn a_session_first_asked_for_after_an_untouched_head_is_refused() {
    async fn late(parts: Parts) -> Body {
        streamed(move || {
            Session::<Visits>::from_parts(&parts).now_or_never().unwrap().unwrap_err().to_string()
        })
    }
    let answer = browser(Router::new().route("/", get(late))).get("/").await;
    assert_eq!(answer.body, "the response's head was sent before the session was changed");
}

#[tokio::test]
async fn a_destroyed_session_that_is_taken_again_and_held_is_destroyed() {
    let held: Arc<Mutex<Option<Session<Visits>>>> = Arc::default();
    let keep = Arc::clone(&held);
    let destroy = async move |request: axum::extract::Request| {
        let (parts, _) = request.into_parts();
        Session::<Visits>::from_parts(&parts).await.unwrap().destroy();
        *keep.lock().unwrap() = Some(Session::from_parts(&parts).await.unwrap());
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
        let session = Session::<Visits>::from_parts(&request.into_parts().0).now_or_never().unwrap().unwrap();
        drop(send.lock().unwrap().take().unwrap().send(session));
        std::future::pending::<Result<http::Response<String>, std::convert::Infallible>>()
    });
    let answer = layer.layer(inner).call(Request::new(()));
    let mut session = receive.await.unwrap();
    drop(answer);
    session.0 += 1;
    assert_eq!(session.save().await, Err(SessionError::HeadSent));
}
