//! Extractors as axum's users expect them: optional ones, and many side by side.

use axum::Router;
use axum::extract::FromRequestParts;
use axum::routing::get;
use gingersnap::{Flash, Identity, Level, Map, Session, SessionError, SignedIn, View};
use http::request::Parts;

use crate::browser::{Browser, Cart, TestClock, Visits, builder};

async fn count(mut visits: Session<Visits>) -> String {
    visits.0 += 1;
    visits.0.to_string()
}

fn browser(routes: Router) -> Browser {
    Browser::new(routes.layer(builder(&TestClock::new()).session::<Map>("map").build().unwrap()))
}

/// Visits, or `none`.
fn told(visits: Option<&Visits>) -> String {
    visits.map_or_else(|| "none".into(), |visits| visits.0.to_string())
}

fn optional() -> Router {
    Router::new()
        .route("/count", get(count))
        .route("/session", get(async |visits: Option<Session<Visits>>| told(visits.as_deref())))
        .route("/view", get(async |visits: Option<View<Visits>>| told(visits.as_deref())))
}

#[tokio::test]
async fn an_optional_session_is_none_until_there_is_one() {
    let mut browser = browser(optional());
    for path in ["/session", "/view"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("none", ""));
    }
    browser.get("/count").await;
    for path in ["/session", "/view"] {
        assert_eq!(browser.get(path).await.body, "1");
        assert_eq!(browser.send_with(path, &["__Host-visits=AQ"]).await.body, "none");
    }
}

#[tokio::test]
async fn an_optional_session_that_is_none_is_lent_to_nobody() {
    async fn both(none: Option<Session<Visits>>, mut visits: Session<Visits>) -> String {
        visits.0 += 1;
        told(none.as_deref())
    }
    let answer = browser(Router::new().route("/", get(both))).get("/").await;
    assert_eq!((answer.body.as_str(), answer.sets().as_str()), ("none", "__Host-visits"));
}

#[tokio::test]
async fn an_optional_session_that_was_filled_earlier_in_the_request_is_there() {
    struct Filled;
    impl<S: Sync> FromRequestParts<S> for Filled {
        type Rejection = SessionError;
        async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
            Session::<Visits>::from_parts(parts).await?.0 = 7;
            Ok(Self)
        }
    }
    async fn both(_: Filled, view: Option<View<Visits>>, session: Option<Session<Visits>>) -> String {
        format!("{} {}", told(view.as_deref()), told(session.as_deref()))
    }
    assert_eq!(browser(Router::new().route("/", get(both))).get("/").await.body, "7 7");
}

#[tokio::test]
async fn an_optional_extractor_hides_no_error_of_the_program() {
    async fn twice(_held: Session<Visits>, _: Option<Session<Visits>>) {}
    async fn looks(_held: Session<Visits>, _: Option<View<Visits>>) {}
    let routes = Router::new().route("/twice", get(twice)).route("/looks", get(looks));
    let mut app = browser(routes);
    for path in ["/twice", "/looks"] {
        assert_eq!(app.get(path).await.error, Some(SessionError::AlreadyTaken("Visits")), "{path}");
    }
    let mut bare = Browser::new(optional());
    for path in ["/session", "/view"] {
        assert_eq!(bare.get(path).await.error, Some(SessionError::NoLayer), "{path}");
    }
    let mut bare = Browser::new(Router::new().route("/", get(async |_: Option<SignedIn>| ())));
    assert_eq!(bare.get("/").await.error, Some(SessionError::NoLayer));
}

#[tokio::test]
async fn each_type_of_session_beside_the_others_is_written_alone() {
    async fn all(
        cart: View<Cart>,
        mut visits: Session<Visits>,
        mut map: Session,
        who: Identity,
        mut flash: Flash,
    ) -> String {
        let messages = flash.messages().len();
        match (visits.0, map.is_empty()) {
            (0, _) => visits.0 += 1,
            (_, true) => drop(map.insert("theme", "dark")),
            _ => flash.push(Level::Info, "all set"),
        }
        format!("{} {} {} {:?} {messages}", cart.lines.len(), visits.0, map.len(), who.subject())
    }
    let mut browser = browser(Router::new().route("/", get(all)));
    for (sets, body) in [
        ("__Host-visits", "0 1 0 None 0"),
        ("__Host-map", "0 1 1 None 0"),
        ("__Host-flash", "0 1 1 None 0"),
        ("__Host-flash", "0 1 1 None 1"),
    ] {
        let answer = browser.get("/").await;
        assert_eq!((answer.sets().as_str(), answer.body.as_str()), (sets, body));
    }
}
