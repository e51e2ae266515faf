//! What only a route made for it can show: the real layers around handlers that misbehave.

use std::time::Duration;

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
    response::Response,
};
use gingersnap::{Clock as _, Entropy as _, OriginGuard, OsEntropy, Session, SystemClock, keyring};
use tokio::time::timeout;
use tower::ServiceExt as _;

use super::{cart::Visits, *};
use crate::serve::{Limits, protect};

const SITE: Site = Site { https: false, guard: OriginGuard::insecure_http(), insecure_cookies: false };

/// `routes` inside everything that `serve` puts around the application.
async fn ask(routes: Router, path: &str) -> Response {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    let ring =
        keyring::Keyring::init(Default::default(), 86_400, SystemClock.now(), &mut random).expect("a ring");
    let app = routes.layer(sessions::layer(ring, &SITE).expect("a layer"));
    let app = dress(protect(app, Limits::new(1, Duration::from_millis(400))), &SITE);
    let answered = app.oneshot(Request::get(path).body(Body::empty()).expect("a request"));
    // A limit that is missing shall fail the test, not hang it.
    timeout(Duration::from_secs(5), answered).await.expect("in time").expect("a response")
}

async fn change(mut visits: Session<Visits>) {
    visits.count += 1;
}

async fn change_and_panic(mut visits: Session<Visits>) {
    visits.count += 1;
    panic!("the panic's own words");
}

async fn change_and_hang(mut visits: Session<Visits>) {
    visits.count += 1;
    std::future::pending::<()>().await;
}

fn routes() -> Router {
    Router::new()
        .route("/change", get(change))
        .route("/panic", get(change_and_panic))
        .route("/hang", get(change_and_hang))
}

async fn text(response: Response) -> String {
    let bytes = to_bytes(response.into_body(), 1 << 20).await.expect("a body");
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[tokio::test]
async fn a_change_sets_a_cookie() {
    let response = ask(routes(), "/change").await;
    assert_eq!(response.status(), StatusCode::OK);
    assert!(response.headers().contains_key(header::SET_COOKIE));
}

#[tokio::test]
async fn a_panic_is_a_500_without_a_cookie_and_without_its_words() {
    let response = ask(routes(), "/panic").await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!response.headers().contains_key(header::SET_COOKIE));
    assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    let text = text(response).await;
    assert!(text.contains("Something broke"), "{text}");
    assert!(!text.contains("own words"), "{text}");
}

#[tokio::test]
async fn a_handler_out_of_time_is_a_408_without_a_cookie() {
    let response = ask(routes(), "/hang").await;
    assert_eq!(response.status(), StatusCode::REQUEST_TIMEOUT);
    assert!(!response.headers().contains_key(header::SET_COOKIE));
    assert!(text(response).await.contains("That took too long"));
}
