//! examples/templates.rs.

use axum::Router;
use gingersnap::testing::{self, Browser};
use http::Request;

use crate::pages_from_templates::app;

fn browser() -> Browser<Router> {
    Browser::new(app(testing::keyring()).unwrap())
}

/// The page's lines with something in them, but for those that all pages have.
async fn page(browser: &mut Browser<Router>) -> String {
    let page = browser.get("/").await.body;
    let page = page.strip_prefix("<!doctype html>\n<title>Templates</title>\n").unwrap();
    page.lines().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

const LOG_IN: &str =
    r#"<form method="post" action="/login"><input name="email" required> <button>Log in</button></form>"#;

#[tokio::test]
async fn each_message_is_shown_once_and_to_whom_it_belongs() {
    let mut browser = browser();
    assert_eq!(page(&mut browser).await, LOG_IN);
    browser.post("/login", "email=nobody").await;
    let refused = format!("<p class=\"error\">nobody is no email address.</p>\n{LOG_IN}");
    assert_eq!(page(&mut browser).await, refused);
    assert_eq!(page(&mut browser).await, LOG_IN);
    browser.post("/login", "email=ann%40example.org").await;
    let form = r#"<form method="post" action="/logout">ann@example.org <button>Log out</button></form>"#;
    let welcome = format!("<p class=\"success\">Welcome, ann@example.org.</p>\n{form}");
    assert_eq!(page(&mut browser).await, welcome);
    assert_eq!(page(&mut browser).await, form);
    browser.post("/logout", "").await;
    assert_eq!(page(&mut browser).await, format!("<p class=\"info\">See you soon.</p>\n{LOG_IN}"));
}

#[tokio::test]
async fn what_people_type_is_text_in_a_page() {
    let mut browser = browser();
    browser.post("/login", "email=%3Cb%3E%40").await;
    let page = page(&mut browser).await;
    assert!(page.contains("Welcome, &#60;b&#62;@.") && !page.contains("<b>"), "{page}");
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in() {
    let mut browser = browser();
    let request = Request::post("/login").header("origin", "https://evil.example");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = browser.send(request.body("email=eve%40example.org".to_owned()).unwrap()).await;
    assert_eq!(answer.status, 403);
    assert_eq!(page(&mut browser).await, LOG_IN);
}
