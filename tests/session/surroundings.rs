//! The surroundings of a handler: middleware, the order of layers, timeouts, bodies that outlive it.

use std::convert::Infallible;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::FutureExt as _;
use futures_util::{StreamExt as _, stream};
use gingersnap::{Flash, Identity, Level, Session, SessionError, SessionLayer, SignedIn};
use http::StatusCode;

use crate::browser::{Answer, Browser, TestClock, Visits, builder};
use crate::events::Events;
use crate::misuse::is_told;

async fn count(mut visits: Session<Visits>) -> String {
    visits.0 += 1;
    visits.0.to_string()
}

fn layer() -> SessionLayer {
    builder(&TestClock::new()).build().unwrap()
}

fn counting() -> Router {
    Router::new().route("/", get(count))
}

#[track_caller]
fn no_layer(answer: &Answer) {
    is_told(
        answer,
        &SessionError::NoLayer,
        "no SessionLayer around this: add `.layer(sessions)` after the route or middleware that asks for a session",
    );
}

#[tokio::test]
async fn a_middleware_added_after_the_layer_has_none_around_it() {
    async fn wants(_: Identity, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let mut wrong = Browser::new(counting().layer(layer()).layer(from_fn(wants)));
    no_layer(&wrong.get("/").await);
    let mut right = Browser::new(counting().layer(from_fn(wants)).layer(layer()));
    assert_eq!(right.get("/").await.body, "1");
}

#[tokio::test]
async fn routes_added_after_the_layer_have_none_around_them() {
    let app = Router::new()
        .route("/before", get(count))
        .merge(Router::new().route("/merged", get(count)))
        .nest("/nested", counting())
        .layer(layer())
        .route("/after", get(count))
        .merge(Router::new().route("/merged-after", get(count)))
        .nest("/nested-after", counting());
    let mut browser = Browser::new(app);
    for path in ["/before", "/merged", "/nested"] {
        assert_eq!(browser.get(path).await.sets(), "__Host-visits", "{path}");
    }
    for path in ["/after", "/merged-after", "/nested-after"] {
        no_layer(&browser.get(path).await);
    }
}

#[tokio::test]
async fn a_route_layer_and_a_fallback_have_sessions_too() {
    let mut browser = Browser::new(counting().route_layer(layer()));
    assert_eq!(browser.get("/").await.body, "1");
    let mut browser = Browser::new(Router::new().fallback(count).layer(layer()));
    assert_eq!(browser.get("/nowhere").await.body, "1");
}

#[tokio::test]
async fn a_middleware_parks_the_session_that_it_took_from_the_parts() {
    async fn around(request: Request, next: Next) -> Result<Response, SessionError> {
        let (parts, body) = request.into_parts();
        let mut visits = Session::<Visits>::from_parts(&parts).await?;
        visits.0 += 10;
        let parked = visits.park();
        let response = next.run(Request::from_parts(parts, body)).await;
        parked.take()?.0 += 100;
        Ok(response)
    }
    let mut browser = Browser::new(counting().layer(from_fn(around)).layer(layer()));
    assert_eq!(browser.get("/").await.body, "11");
    assert_eq!(browser.get("/").await.body, "122");
}

#[tokio::test]
async fn a_middleware_keeps_out_who_is_not_signed_in() {
    async fn gate(_: SignedIn, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let app = counting()
        .route_layer(from_fn(gate))
        .route("/in", get(async |mut who: Identity| who.sign_in("ann").await.map(drop)))
        .layer(layer());
    let mut browser = Browser::new(app);
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.error), (401, Some(SessionError::NotSignedIn)));
    browser.get("/in").await;
    assert_eq!(browser.get("/").await.body, "1");
}

#[tokio::test]
async fn an_identity_held_by_a_middleware_keeps_what_it_saw() {
    async fn around(who: Identity, request: Request, next: Next) -> Response {
        let (parts, body) = request.into_parts();
        let again = parts.clone();
        next.run(Request::from_parts(parts, body)).await;
        let now = Identity::from_parts(&again).await.unwrap();
        format!("{:?} {:?}", who.subject(), now.subject()).into_response()
    }
    let sign_in = get(async |mut who: Identity| who.sign_in("ann").await.map(drop));
    let mut browser = Browser::new(Router::new().route("/", sign_in).layer(from_fn(around)).layer(layer()));
    let answer = browser.get("/").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("None Some(\"ann\")", "__Host-id"));
}

/// Changes the session, and is not done.
async fn half_way(mut visits: Session<Visits>) {
    visits.0 += 1;
    tokio::time::sleep(Duration::from_secs(60)).await;
    visits.0 += 1;
}

/// A middleware that gives the handler up, and answers with `STATUS`.
async fn give_up<const STATUS: u16>(request: Request, next: Next) -> Response {
    let done = tokio::time::timeout(Duration::from_millis(20), next.run(request)).await;
    done.unwrap_or_else(|_| StatusCode::from_u16(STATUS).unwrap().into_response())
}

fn slow() -> Router {
    Router::new().route("/", get(half_way))
}

#[tokio::test]
async fn a_timeout_outside_the_layer_sends_nothing_whatever_its_status() {
    let answer = Browser::new(slow().layer(layer()).layer(from_fn(give_up::<200>))).get("/").await;
    assert_eq!((answer.status, answer.sets().as_str()), (200, ""));
    let answer = Browser::new(slow().layer(layer()).layer(from_fn(give_up::<504>))).get("/").await;
    assert_eq!((answer.status, answer.sets().as_str()), (504, ""));
}

#[tokio::test]
async fn a_timeout_inside_the_layer_sends_nothing_with_408_or_from_500_on() {
    let answer = Browser::new(slow().layer(from_fn(give_up::<408>)).layer(layer())).get("/").await;
    assert_eq!((answer.status, answer.sets().as_str()), (408, ""));
    let answer = Browser::new(slow().layer(from_fn(give_up::<504>)).layer(layer())).get("/").await;
    assert_eq!((answer.status, answer.sets().as_str()), (504, ""));
}

/// Nothing tells the layer that a handler was given up, so timeouts belong outside.
#[tokio::test]
async fn a_timeout_inside_the_layer_that_answers_otherwise_sends_what_was_half_done() {
    let answer = Browser::new(slow().layer(from_fn(give_up::<429>)).layer(layer())).get("/").await;
    assert_eq!((answer.status, answer.sets().as_str()), (429, "__Host-visits"));
}

/// A body of three chunks; `chunk` makes each when it is asked for, after the head.
fn chunks(mut chunk: impl FnMut(u32) -> String + Send + 'static) -> Body {
    Body::from_stream(stream::iter(0..3).map(move |number| Ok::<_, Infallible>(chunk(number))))
}

#[tokio::test]
async fn a_long_body_reads_its_session_to_the_end_and_its_first_change_is_an_event() {
    async fn streams(mut visits: Session<Visits>) -> Body {
        chunks(move |number| {
            if number == 2 {
                visits.0 = 9;
            }
            format!("{} ", visits.0)
        })
    }
    let events = Events::start();
    let mut browser = Browser::new(Router::new().route("/", get(streams)).layer(layer()));
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.sets().as_str()), (200, "0 0 9 ", ""));
    let lost = "ERROR session changed after the response's head was sent; the change is lost cookie=\"__Host-visits\"";
    assert_eq!(events.take(), [lost]);
}

#[tokio::test]
async fn nobody_signs_in_or_out_from_a_body() {
    async fn streams(mut who: Identity, mut flash: Flash) -> Body {
        chunks(move |number| {
            flash.push(Level::Info, "lost");
            let done = match number {
                0 => who.sign_in("ann").now_or_never().unwrap().map(drop),
                1 => who.renew().now_or_never().unwrap().map(drop),
                _ => who.sign_out().now_or_never().unwrap(),
            };
            assert_eq!(done, Err(SessionError::HeadSent));
            format!("{:?}{} ", who.subject(), flash.messages().len())
        })
    }
    let mut browser = Browser::new(Router::new().route("/", get(streams)).layer(layer()));
    let answer = browser.get("/").await;
    assert_eq!(
        (answer.status, answer.body.as_str(), answer.sets().as_str()),
        (200, "None0 None0 None0 ", "")
    );
    assert_eq!(
        SessionError::HeadSent.to_string(),
        "the response's head was sent before the session was changed"
    );
}
