//! One handle at a time: sessions are lent to one holder.

use axum::Router;
use axum::extract::{FromRequestParts, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use gingersnap::{Session, SessionError, View};
use http::request::Parts;

use crate::browser::{Browser, Cart, Line, TestClock, Visits, builder};
use crate::misuse::is_told;

async fn count(mut visits: Session<Visits>) -> String {
    visits.0 += 1;
    visits.0.to_string()
}

fn browser(routes: Router) -> Browser {
    Browser::new(routes.layer(builder(&TestClock::new()).build().unwrap()))
}

const TAKEN: &str =
    "this request already holds Session<Visits>: drop it, use View<Visits>, or park() it before calling on";

#[tokio::test]
async fn a_second_handle_is_already_taken() {
    let mut browser = browser(
        Router::new()
            .route("/two", get(|_a: Session<Visits>, _b: Session<Visits>| async {}))
            .route("/view", get(|_a: Session<Visits>, _b: View<Visits>| async {})),
    );
    for path in ["/two", "/view"] {
        is_told(&browser.get(path).await, &SessionError::AlreadyTaken("Visits"), TAKEN);
    }
}

#[tokio::test]
async fn handles_of_two_types_and_views_stand_side_by_side() {
    async fn all(_: View<Visits>, _: View<Visits>, mut visits: Session<Visits>, mut cart: Session<Cart>) {
        visits.0 += 1;
        cart.lines.push(Line::default());
    }
    assert_eq!(
        browser(Router::new().route("/", get(all))).get("/").await.sets(),
        "__Host-session __Host-visits"
    );
}

#[tokio::test]
async fn a_view_keeps_what_it_saw() {
    async fn look(view: View<Visits>, mut visits: Session<Visits>) -> String {
        visits.0 += 1;
        format!("{} {}", view.0, visits.0)
    }
    assert_eq!(browser(Router::new().route("/", get(look))).get("/").await.body, "0 1");
}

#[tokio::test]
async fn a_middleware_that_holds_on_blocks_the_handler() {
    async fn holds(_visits: Session<Visits>, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    let mut browser = browser(Router::new().route("/", get(count)).layer(from_fn(holds)));
    is_told(&browser.get("/").await, &SessionError::AlreadyTaken("Visits"), TAKEN);
}

#[tokio::test]
async fn a_middleware_changes_before_and_after_the_handler() {
    async fn around(
        mut visits: Session<Visits>,
        request: Request,
        next: Next,
    ) -> Result<Response, SessionError> {
        visits.0 += 10;
        let parked = visits.park();
        let response = next.run(request).await;
        let mut visits = parked.take()?;
        assert_eq!(visits.0, 11);
        visits.0 += 100;
        Ok(response)
    }
    let mut browser =
        browser(Router::new().route("/", get(count)).layer(from_fn(around)).route("/plain", get(count)));
    assert_eq!(browser.get("/").await.body, "11");
    assert_eq!(browser.get("/plain").await.body, "112");
}

#[tokio::test]
async fn a_parked_session_that_somebody_else_holds_is_already_taken() {
    async fn late(visits: Session<Visits>, request: Request, next: Next) -> Result<Response, SessionError> {
        let parked = visits.park();
        let response = next.run(request).await;
        parked.take().map(|_| response)
    }
    async fn keeps(visits: Session<Visits>) {
        std::mem::forget(visits);
    }
    let mut browser = browser(Router::new().route("/", get(keeps)).layer(from_fn(late)));
    is_told(&browser.get("/").await, &SessionError::AlreadyTaken("Visits"), TAKEN);
}

struct Twice(u32);

impl<S: Sync> FromRequestParts<S> for Twice {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        let mut visits = Session::<Visits>::from_parts(parts).await?;
        visits.0 += 1;
        Ok(Self(visits.0 * 2))
    }
}

#[tokio::test]
async fn an_extractor_of_ones_own_may_change_a_session() {
    let mut browser =
        browser(Router::new().route("/", get(|it: Twice, _: View<Visits>| async move { it.0.to_string() })));
    assert_eq!(browser.get("/").await.body, "2");
    assert_eq!(browser.get("/").await.body, "4");
}

#[tokio::test]
async fn one_layer_met_twice_works_once() {
    let layer = builder(&TestClock::new()).build().unwrap();
    let inner = Router::new().route("/count", get(count)).layer(layer.clone());
    let app = Router::new().nest("/inner", inner).route("/count", get(count)).layer(layer);
    let mut browser = Browser::new(app);
    assert_eq!(browser.get("/inner/count").await.sets(), "__Host-visits");
    assert_eq!(browser.get("/count").await.body, "2");
}

#[tokio::test]
async fn an_inner_layer_of_other_settings_is_the_one_that_handlers_meet() {
    let clock = TestClock::new();
    let outer = gingersnap::SessionLayer::builder(crate::browser::ring(), "outer");
    let outer = outer.named("outer").session::<Visits>("visits").clock(clock.clone());
    let inner = builder(&clock).build().unwrap();
    let app = Router::new().route("/", get(count)).layer(inner).layer(outer.build().unwrap());
    assert_eq!(Browser::new(app).get("/").await.sets(), "__Host-visits");
}

#[tokio::test]
async fn without_a_layer_or_a_registration_the_error_says_what_to_add() {
    let mut bare = Browser::new(Router::new().route("/", get(count)));
    is_told(
        &bare.get("/").await,
        &SessionError::NoLayer,
        "no SessionLayer around this: add `.layer(sessions)` after the route or middleware that asks for a session",
    );
    let mut browser = browser(Router::new().route("/", get(|_: Session| async {})));
    is_told(
        &browser.get("/").await,
        &SessionError::NotRegistered("Map"),
        "the SessionLayer has no session of type Map: add `.session::<Map>(\"…\")` to its builder",
    );
}
