//! examples/from_tower_sessions.rs.

use gingersnap::testing;

use crate::browser::Browser;
use crate::from_tower_sessions::app;

fn browser() -> Browser {
    Browser::new(app(testing::keyring()).unwrap())
}

#[tokio::test]
async fn who_came_from_tower_sessions_counts_visits_beside_the_sign_in() {
    let mut browser = browser();
    assert_eq!(browser.get("/").await, "Visit number 1\n");
    browser.post("/login", "email=ann%40example.org").await;
    assert_eq!(browser.get("/").await, "Visit number 2\n");
    assert_eq!(browser.cookies(), ["__Host-id", "__Host-visits-own"]);
    assert_eq!(browser.post("/logout", "").await, "-> /");
    assert_eq!(browser.get("/").await, "Visit number 1\n");
}

#[tokio::test]
async fn who_came_from_tower_sessions_sees_orders_only_when_signed_in() {
    let mut browser = browser();
    assert_eq!(browser.get("/orders").await, "-> /login");
    let form = "<form method=post><input name=email required> <button>Log in</button></form>\n";
    assert_eq!(browser.get("/login").await, form);
    assert_eq!(browser.post("/login", "email=ann%40example.org").await, "-> /orders");
    assert_eq!(browser.get("/orders").await, "The orders of ann@example.org\n");
    browser.post("/logout", "").await;
    assert_eq!(browser.get("/orders").await, "-> /login");
}
