//! Messages that survive a redirect.

use axum::Router;
use axum::extract::Path;
use axum::response::Redirect;
use axum::routing::get;
use gingersnap::{Flash, Level};

use crate::browser::{Browser, START, TestClock, builder};

async fn push(Path(text): Path<String>, mut flash: Flash) -> Redirect {
    flash.push(Level::Success, text);
    Redirect::to("/show")
}

async fn show(mut flash: Flash) -> String {
    let messages = flash.messages().into_iter().map(|it| format!("{} {}", it.level.name(), it.text));
    messages.collect::<Vec<_>>().join(", ")
}

fn app(clock: &TestClock) -> Router {
    Router::new()
        .route("/push/{text}", get(push))
        .route("/show", get(show))
        .route("/ignore", get(async |_: Flash| {}))
        .route(
            "/twice",
            get(async |mut one: Flash, mut two: Flash| {
                format!("{} {}", one.messages().len(), two.messages().len())
            }),
        )
        .route(
            "/show-and-push",
            get(async |mut flash: Flash| {
                flash.push(Level::Info, "new");
                flash.messages().len().to_string()
            }),
        )
        .route(
            "/levels",
            get(async |mut flash: Flash| {
                for level in [Level::Info, Level::Success, Level::Warning, Level::Error] {
                    flash.push(level, "");
                }
            }),
        )
        .route(
            "/show-and-fail",
            get(async |flash: Flash| {
                show(flash).await;
                http::StatusCode::INTERNAL_SERVER_ERROR
            }),
        )
        .layer(builder(clock).build().unwrap())
}

fn browser() -> Browser {
    Browser::new(app(&TestClock::new()))
}

#[tokio::test]
async fn a_message_survives_a_redirect_and_is_shown_once() {
    let mut browser = browser();
    let answer = browser.get("/push/hello").await;
    assert_eq!((answer.status, answer.sets().as_str()), (303, "__Host-flash"));
    let answer = browser.get("/show").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("success hello", "-__Host-flash"));
    let answer = browser.get("/show").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("", ""));
}

#[tokio::test]
async fn messages_that_were_not_shown_stay_in_order() {
    let mut browser = browser();
    for path in ["/push/one", "/ignore", "/push/two"] {
        browser.get(path).await;
    }
    assert_eq!(browser.get("/show").await.body, "success one, success two");
}

#[tokio::test]
async fn a_response_shows_a_message_at_most_once() {
    let mut browser = browser();
    browser.get("/push/one").await;
    assert_eq!(browser.get("/twice").await.body, "1 0");
}

#[tokio::test]
async fn a_message_added_beside_shown_ones_is_for_the_next_page() {
    let mut browser = browser();
    browser.get("/push/old").await;
    assert_eq!(browser.get("/show-and-push").await.body, "1");
    assert_eq!(browser.get("/show").await.body, "info new");
}

#[tokio::test]
async fn each_level_has_its_name() {
    let mut browser = browser();
    browser.get("/levels").await;
    assert_eq!(browser.get("/show").await.body, "info , success , warning , error ");
}

#[tokio::test]
async fn a_message_shown_by_a_failed_response_is_shown_again() {
    let mut browser = browser();
    browser.get("/push/hello").await;
    assert_eq!(browser.get("/show-and-fail").await.sets(), "");
    assert_eq!(browser.get("/show").await.body, "success hello");
}

#[tokio::test]
async fn a_message_is_forgotten_after_an_hour() {
    for (age, shown) in [(3599, "success hello"), (3600, ""), (3601, "")] {
        let clock = TestClock::new();
        let mut browser = Browser::new(app(&clock));
        browser.get("/push/hello").await;
        clock.set(START + age);
        assert_eq!(browser.get("/show").await.body, shown, "{age}");
    }
}

#[tokio::test]
async fn old_messages_that_nobody_shows_give_way_to_new_ones() {
    let mut browser = browser();
    for n in 0..300 {
        assert_eq!(browser.get(&format!("/push/a-message-of-some-length-{n:03}")).await.status, 303);
    }
    let shown = browser.get("/show").await.body;
    assert!(shown.ends_with("success a-message-of-some-length-298, success a-message-of-some-length-299"));
    assert!(shown.len() > 2500, "{}", shown.len());
}

#[tokio::test]
async fn a_new_message_that_does_not_fit_is_an_error() {
    let mut browser = browser();
    browser.get("/push/old").await;
    let answer = browser.get(&format!("/push/{}", "x".repeat(4000))).await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, ""));
    assert_eq!(
        answer.error.unwrap().to_string(),
        "the cookie __Host-flash needs 5406 octets and may have 4096; bytes by field: messages 4004"
    );
    assert_eq!(browser.get("/show").await.body, "success old");
}
