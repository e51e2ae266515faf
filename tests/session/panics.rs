//! Sessions after a panic that somebody caught.

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use gingersnap::{Session, SessionError};
use tower_http::catch_panic::CatchPanicLayer;

use crate::browser::{Browser, TestClock, Visits, builder};

async fn count(mut visits: Session<Visits>) -> String {
    visits.0 += 1;
    visits.0.to_string()
}

async fn panics(mut visits: Session<Visits>) {
    visits.0 += 1;
    visits.save().await.unwrap();
    assert_eq!(visits.0, 0, "a handler's own");
}

fn browser(routes: Router) -> Browser {
    Browser::new(routes.route("/count", get(count)).layer(builder(&TestClock::new()).build().unwrap()))
}

#[tokio::test]
async fn a_panic_sends_nothing_not_even_what_was_saved() {
    let routes = Router::new().route("/panics", get(panics)).layer(CatchPanicLayer::new());
    let mut browser = browser(routes);
    browser.get("/count").await;
    let answer = browser.get("/panics").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
    assert_eq!(browser.get("/count").await.body, "2");
}

#[tokio::test]
async fn an_error_page_finds_the_session_as_the_request_brought_it() {
    async fn page(visits: Session<Visits>, request: Request, next: Next) -> Result<Response, SessionError> {
        let parked = visits.park();
        let response = next.run(request).await;
        let visits = parked.take()?;
        Ok(format!("{} {} visits", response.status(), visits.0).into_response())
    }
    let routes =
        Router::new().route("/panics", get(panics)).layer(CatchPanicLayer::new()).layer(from_fn(page));
    let mut browser = browser(routes);
    browser.get("/count").await;
    let answer = browser.get("/panics").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "500 Internal Server Error 1 visits"));
    assert_eq!(answer.sets(), "");
    assert_eq!(browser.get("/count").await.body, "2");
}

/// Panics when it is serialized, after the handler.
#[derive(Clone, Default, serde::Deserialize)]
struct Bomb(bool);

impl serde::Serialize for Bomb {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        assert!(!self.0, "a type's own");
        serializer.serialize_bool(self.0)
    }
}

impl gingersnap::SessionData for Bomb {
    const TAG: &'static str = "bomb";
    const VERSION: u16 = 1;
}

#[tokio::test]
async fn a_panic_while_sealing_sends_nothing_and_locks_nobody_out() {
    async fn arm(mut bomb: Session<Bomb>, mut visits: Session<Visits>) {
        visits.0 += 1;
        bomb.0 = true;
    }
    let layer = builder(&TestClock::new()).session::<Bomb>("bomb").build().unwrap();
    let routes = Router::new().route("/", get(arm)).route("/count", get(count)).layer(layer);
    let mut browser = Browser::new(routes.layer(CatchPanicLayer::new()));
    let answer = browser.get("/").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
    assert_eq!(browser.get("/count").await.body, "1");
}
