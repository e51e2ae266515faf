//! What is sent, and when.

use axum::Router;
use axum::routing::get;
use gingersnap::{Session, View};

use crate::browser::{Browser, Cart, Line, TestClock, builder};

async fn add(mut cart: Session<Cart>) -> String {
    cart.lines.push(Line { item: "gingersnap".into(), qty: 1 });
    cart.lines.len().to_string()
}

async fn show(cart: View<Cart>) -> String {
    format!("{:?}", cart.lines.iter().map(|line| line.qty).collect::<Vec<_>>())
}

async fn nested(mut cart: Session<Cart>) {
    if let Some(line) = cart.lines.first_mut() {
        line.qty += 41;
    }
}

fn app(clock: &TestClock) -> Router {
    Router::new()
        .route("/", get(show))
        .route("/add", get(add))
        .route("/nested", get(nested))
        .route("/untouched", get(|| async { "hello" }))
        .layer(builder(clock).build().unwrap())
}

#[tokio::test]
async fn a_change_is_sent_and_read_again() {
    let mut browser = Browser::new(app(&TestClock::new()));
    assert_eq!(browser.get("/add").await.body, "1");
    assert_eq!(browser.get("/add").await.body, "2");
    assert_eq!(browser.get("/nested").await.status, 200);
    assert_eq!(browser.get("/").await.body, "[42, 1]");
}

#[tokio::test]
async fn untouched_session_sends_no_cookie() {
    let mut browser = Browser::new(app(&TestClock::new()));
    browser.get("/add").await;
    let answer = browser.get("/untouched").await;
    assert_eq!(answer.set_cookies, Vec::<String>::new());
    assert!(!answer.headers.contains_key("vary"));
    let answer = browser.get("/").await;
    assert_eq!(answer.set_cookies, Vec::<String>::new());
    assert_eq!(answer.headers["vary"], "Cookie");
    assert_eq!(answer.headers["cache-control"], "no-store");
}
