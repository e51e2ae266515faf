//! The statuses of responses that carry a change.

use axum::Router;
use axum::extract::Path;
use axum::response::IntoResponse;
use axum::routing::get;
use gingersnap::{Flash, Identity, Level, Session};
use http::StatusCode;
use tower_http::catch_panic::CatchPanicLayer;

use crate::browser::{Browser, Cart, Line, TestClock, Visits, builder};

async fn change(Path(status): Path<u16>, mut visits: Session<Visits>) -> StatusCode {
    visits.0 += 1;
    StatusCode::from_u16(status).unwrap()
}

async fn save(Path(status): Path<u16>, mut visits: Session<Visits>) -> StatusCode {
    visits.0 += 1;
    visits.save().await.unwrap();
    visits.0 += 10;
    StatusCode::from_u16(status).unwrap()
}

async fn everything(
    Path(status): Path<u16>,
    mut who: Identity,
    mut flash: Flash,
    cart: Session<Cart>,
) -> StatusCode {
    who.sign_in("ann").await.unwrap();
    flash.push(Level::Info, "hello");
    cart.destroy();
    StatusCode::from_u16(status).unwrap()
}

async fn show(visits: Session<Visits>) -> String {
    visits.0.to_string()
}

async fn panics(mut visits: Session<Visits>) {
    visits.0 += 1;
    if visits.0 > 0 {
        panic!("a handler's own");
    }
}

fn routes() -> Router {
    Router::new()
        .route("/", get(show))
        .route("/change/{status}", get(change))
        .route("/save/{status}", get(save))
        .route("/everything/{status}", get(everything))
        .route("/panic", get(panics))
}

fn browser() -> Browser {
    Browser::new(routes().layer(builder(&TestClock::new()).build().unwrap()))
}

#[tokio::test]
async fn a_change_goes_out_below_500_except_with_408() {
    for status in [200, 204, 303, 400, 404, 409, 422, 429, 499] {
        assert_eq!(browser().get(&format!("/change/{status}")).await.sets(), "__Host-visits", "{status}");
    }
    for status in [408, 500, 502, 503, 504, 599, 600, 999] {
        let answer = browser().get(&format!("/change/{status}")).await;
        assert_eq!((answer.status, answer.sets().as_str()), (status, ""));
        assert_eq!(answer.headers["vary"], "Cookie");
    }
}

#[tokio::test]
async fn what_was_saved_goes_out_whatever_the_status() {
    for (status, body) in [(200, "11"), (408, "1"), (500, "1")] {
        let mut browser = browser();
        let answer = browser.get(&format!("/save/{status}")).await;
        assert_eq!((answer.status, answer.sets().as_str()), (status, "__Host-visits"));
        assert_eq!(browser.get("/").await.body, body);
    }
}

#[tokio::test]
async fn sign_in_destroy_and_flash_go_out_below_500_alone() {
    assert_eq!(browser().get("/everything/401").await.sets(), "__Host-id -__Host-session-own __Host-flash");
    assert_eq!(browser().get("/everything/500").await.sets(), "");
    assert_eq!(browser().get("/everything/408").await.sets(), "");
}

#[tokio::test]
async fn a_panic_caught_outside_sends_nothing() {
    let layer = builder(&TestClock::new()).build().unwrap();
    let mut browser = Browser::new(routes().layer(layer).layer(CatchPanicLayer::new()));
    let answer = browser.get("/panic").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
}

#[tokio::test]
async fn a_panic_caught_inside_sends_nothing() {
    let layer = builder(&TestClock::new()).build().unwrap();
    let mut browser = Browser::new(routes().layer(CatchPanicLayer::new()).layer(layer));
    let answer = browser.get("/panic").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
}

#[tokio::test]
async fn a_panic_turned_into_a_page_sends_nothing() {
    let layer = builder(&TestClock::new()).build().unwrap();
    let catch = CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| "sorry".into_response());
    let mut browser = Browser::new(routes().layer(catch).layer(layer));
    browser.get("/change/200").await;
    let answer = browser.get("/panic").await;
    assert_eq!((answer.status, answer.body.as_str(), answer.sets().as_str()), (200, "sorry", ""));
    assert_eq!(browser.get("/").await.body, "1");
}

#[tokio::test]
async fn a_panicked_task_sends_nothing_and_the_handler_goes_on() {
    async fn spawns(mut visits: Session<Visits>, mut cart: Session<Cart>) {
        cart.lines.push(Line::default());
        let task = tokio::spawn(async move {
            visits.0 += 1;
            assert_eq!(visits.0, 0, "the task's own");
        });
        assert!(task.await.is_err());
    }
    let layer = builder(&TestClock::new()).build().unwrap();
    let mut browser = Browser::new(Router::new().route("/", get(spawns)).layer(layer));
    assert_eq!(browser.get("/").await.sets(), "__Host-session");
}
