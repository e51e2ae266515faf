//! examples/from_flask.rs.

use gingersnap::testing;

use crate::browser::Browser;
use crate::from_flask::app;

fn browser() -> Browser {
    Browser::new(app(testing::keyring()).unwrap())
}

const LOG_IN: &str =
    "<form method=post action=/login><input name=email required> <button>Log in</button></form>\n";

#[tokio::test]
async fn the_lesson_counts_visits_until_it_forgets_them() {
    let mut browser = browser();
    assert_eq!(browser.get("/").await, "Visit number 1\n");
    assert_eq!(browser.get("/").await, "Visit number 2\n");
    assert_eq!(browser.cookies(), ["__Host-visits"]);
    assert_eq!(browser.post("/forget", "").await, "-> /");
    assert_eq!(browser.cookies(), Vec::<&str>::new());
    assert_eq!(browser.get("/").await, "Visit number 1\n");
}

#[tokio::test]
async fn the_lesson_keeps_a_cart_and_says_so_once() {
    let mut browser = browser();
    for _ in 0..2 {
        assert_eq!(browser.post("/cart", "item=oat+%26+rye").await, "-> /cart");
    }
    let lines = "<li>2 x oat &amp; rye\n";
    let messages = "<p class=success>Added.\n".repeat(2);
    assert_eq!(browser.get("/cart").await, format!("{messages}{lines}{LOG_IN}"));
    assert_eq!(browser.get("/cart").await, format!("{lines}{LOG_IN}"));
}

#[tokio::test]
async fn the_lesson_refuses_what_does_not_fit_and_keeps_the_cart() {
    let mut browser = browser();
    browser.post("/cart", "item=rye").await;
    browser.get("/cart").await;
    let large: &'static str = format!("item={}", "x".repeat(4000)).leak();
    assert_eq!(browser.post("/cart", large).await, "-> /cart");
    let page = format!("<p class=error>Your cart is full.\n<li>1 x rye\n{LOG_IN}");
    assert_eq!(browser.get("/cart").await, page);
}

#[tokio::test]
async fn the_lesson_logs_in_by_email_and_the_button_logs_out_with_the_cart() {
    for form in ["email=ann%40example.org", "email=ann%40example.org&remember=on"] {
        let mut browser = browser();
        browser.post("/cart", "item=rye").await;
        browser.get("/cart").await;
        assert_eq!(browser.post("/login", form).await, "-> /cart");
        browser.post("/cart", "item=rye").await;
        let page = "<p class=success>Added.\n<li>2 x rye\n\
                    <form method=post action=/logout>ann@example.org <button>Log out</button></form>\n";
        assert_eq!(browser.get("/cart").await, page);
        assert_eq!(browser.post("/logout", "").await, "-> /cart");
        assert_eq!(browser.get("/cart").await, LOG_IN);
        assert_eq!(browser.cookies(), Vec::<&str>::new());
    }
}

#[tokio::test]
async fn the_lesson_shows_the_next_person_neither_cart_nor_messages() {
    let mut browser = browser();
    browser.post("/cart", "item=rye").await;
    browser.post("/login", "email=ann%40example.org").await;
    browser.post("/cart", "item=oat").await;
    browser.post("/login", "email=bob%40example.org").await;
    let page = "<form method=post action=/logout>bob@example.org <button>Log out</button></form>\n";
    assert_eq!(browser.get("/cart").await, page);
}
