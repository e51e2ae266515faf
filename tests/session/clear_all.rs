//! One call that empties everything: who is signed in, all data, the browser's as well, and the messages.

use axum::Router;
use axum::routing::get;
use gingersnap::{Identity, Session, SessionError, View};

use crate::browser::{Browser, TestClock, Theme, builder};
use crate::events::Events;
use crate::steps::{after, does};

const EVERYTHING: &[&str] =
    &["/theme-dark", "/add-milk/wish-cake", "/in-ann", "/add-tea/wish-book/say-hello"];

#[tokio::test]
async fn everything_leaves_the_browser_touched_or_not() {
    for path in
        ["/clear", "/all/hear/clear", "/theme-light/add-rye/say-bye/clear", "/out/clear", "/clear/clear"]
    {
        let mut browser = after(EVERYTHING).await;
        browser.get(path).await;
        assert_eq!(browser.cookies(), "", "{path}");
        does(&mut browser, "/all", "", "nobody:  |  | ").await;
    }
}

#[tokio::test]
async fn what_a_guest_has_leaves_the_browser() {
    let mut browser = after(&["/add-tea/wish-book/theme-dark/say-hello"]).await;
    browser.get("/clear").await;
    assert_eq!(browser.cookies(), "");
}

#[tokio::test]
async fn what_is_changed_afterwards_stays() {
    let mut browser = after(EVERYTHING).await;
    browser.get("/clear/theme-light/add-rye/say-bye").await;
    does(&mut browser, "/all/hear", "-__Host-flash", "nobody: rye |  | light, bye").await;
}

#[tokio::test]
async fn who_signs_in_afterwards_starts_anew() {
    let mut browser = after(EVERYTHING).await;
    browser.get("/clear/in-bob/add-rye").await;
    does(&mut browser, "/all", "", "bob: rye |  | ").await;
}

#[tokio::test]
async fn it_goes_out_whatever_the_status() {
    for status in [401, 408, 500, 503] {
        let mut browser = after(EVERYTHING).await;
        assert_eq!(browser.get(&format!("/clear/status-{status}")).await.status, status);
        assert_eq!(browser.cookies(), "", "{status}");
    }
}

#[tokio::test]
async fn a_session_of_the_browser_that_was_saved_before_it_is_not_sent() {
    async fn save_and_clear(mut theme: Session<Theme>, mut who: Identity) -> Result<(), SessionError> {
        theme.0 = "light".into();
        theme.save().await?;
        who.clear_all().await
    }
    let routes = Router::new().route("/", get(save_and_clear));
    let mut browser = Browser::new(routes.layer(builder(&TestClock::new()).build().unwrap()));
    assert_eq!(browser.get("/").await.status, 200);
    assert_eq!(browser.cookies(), "");
}

#[tokio::test]
async fn a_handle_of_the_browsers_session_that_is_held_over_it_starts_anew() {
    async fn over(mut theme: Session<Theme>, mut who: Identity) -> Result<String, SessionError> {
        theme.0.push_str(", before");
        who.clear_all().await?;
        theme.0.push_str("after");
        Ok(theme.0.clone())
    }
    let routes = Router::new().route("/dark", get(async |mut it: Session<Theme>| it.0 = "dark".into()));
    let routes = routes.route("/over", get(over)).route("/", get(async |it: View<Theme>| it.0.clone()));
    let mut browser = Browser::new(routes.layer(builder(&TestClock::new()).build().unwrap()));
    browser.get("/dark").await;
    let events = Events::start();
    assert_eq!(browser.get("/over").await.body, "after");
    let dropped = events
        .take()
        .into_iter()
        .filter(|it| it.contains("session not sent beside a sign-in or sign-out"))
        .count();
    assert_eq!((browser.get("/").await.body.as_str(), dropped), ("after", 1));
}

/// A sign-in changes nothing about the browser's sessions, held or not.
#[tokio::test]
async fn a_sign_in_after_it_does_not_clear_again() {
    let mut browser = after(EVERYTHING).await;
    browser.get("/clear/theme-light/in-bob/renew/out").await;
    does(&mut browser, "/all", "", "nobody:  |  | light").await;
}
