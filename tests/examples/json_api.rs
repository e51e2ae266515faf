//! examples/json_api.

use axum::Router;
use gingersnap::testing::{self, Answer, Browser};
use http::Request;

use crate::busy_store::Busy;
use crate::json_of_an_api::app;

async fn post(browser: &mut Browser<Router>, path: &str, json: String) -> Answer {
    let request = Request::post(path).header("content-type", "application/json");
    let request = request.header("sec-fetch-site", "same-origin");
    browser.send(request.body(json).unwrap()).await
}

/// Somebody who is signed in, and the store.
async fn ann() -> (Browser<Router>, Busy) {
    let store = Busy::default();
    let mut browser = Browser::new(app(testing::keyring(), store.clone()).unwrap());
    assert_eq!(post(&mut browser, "/api/login", r#"{"email":"ann@example.org"}"#.into()).await.status, 200);
    (browser, store)
}

#[track_caller]
fn assert_is(answer: &Answer, status: u16, json: &str) {
    let kind = answer.headers.get("content-type").map(|it| it.to_str().unwrap());
    assert_eq!((answer.status, kind, &*answer.body), (status, Some("application/json"), json));
}

#[tokio::test]
async fn who_is_not_signed_in_gets_401_as_json() {
    let mut browser = Browser::new(app(testing::keyring(), Busy::default()).unwrap());
    assert_is(&browser.get("/api/notes").await, 401, r#"{"error":"not_signed_in"}"#);
    let answer = post(&mut browser, "/api/notes", r#""tea""#.into()).await;
    assert_is(&answer, 401, r#"{"error":"not_signed_in"}"#);
}

#[tokio::test]
async fn notes_are_kept_until_the_log_out() {
    let (mut browser, _) = ann().await;
    assert_is(&browser.get("/api/notes").await, 200, "[]");
    assert_eq!(post(&mut browser, "/api/notes", r#""tea""#.into()).await.status, 200);
    assert_is(&browser.get("/api/notes").await, 200, r#"["tea"]"#);
    assert_eq!(post(&mut browser, "/api/logout", "null".into()).await.status, 200);
    assert_is(&browser.get("/api/notes").await, 401, r#"{"error":"not_signed_in"}"#);
}

#[tokio::test]
async fn the_slower_of_two_changes_gets_409_as_json_and_may_be_sent_again() {
    let (mut browser, store) = ann().await;
    post(&mut browser, "/api/notes", r#""tea""#.into()).await;
    let mut tab = browser.clone();
    store.first(Box::pin(async move { drop(post(&mut tab, "/api/notes", r#""rye""#.into()).await) }));
    let answer = post(&mut browser, "/api/notes", r#""oat""#.into()).await;
    assert_is(&answer, 409, r#"{"error":"changed_meanwhile"}"#);
    post(&mut browser, "/api/notes", r#""oat""#.into()).await;
    assert_is(&browser.get("/api/notes").await, 200, r#"["tea","rye","oat"]"#);
}

#[tokio::test]
async fn a_note_that_does_not_fit_gets_507_as_json_and_changes_nothing() {
    let (mut browser, _) = ann().await;
    let answer = post(&mut browser, "/api/notes", format!("{:?}", "x".repeat(70_000))).await;
    assert_is(&answer, 507, r#"{"error":"too_large"}"#);
    assert_is(&browser.get("/api/notes").await, 200, "[]");
}

#[tokio::test]
async fn the_page_calls_the_routes_that_there_are() {
    let (mut browser, _) = ann().await;
    let page = browser.get("/").await.body;
    for path in page.split("call(\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        let answer = browser.get(&format!("/api{path}")).await;
        assert!(answer.status == 200 || answer.status == 405, "{path}: {}", answer.status);
    }
}
