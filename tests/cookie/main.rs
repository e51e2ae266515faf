//! Cookies on the wire: reading, writing, and refusals beforehand.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod pairs;

mod budget;
mod building;
mod hostile;
mod model;
mod parser;
mod writer;

use axum::Router;
use axum::body::Body;
use gingersnap::keyring::Keyring;
use gingersnap::token::Suite;
use gingersnap::{Entropy as _, OsEntropy, SessionData, SessionLayer, SessionLayerBuilder, Timestamp};
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use tower::ServiceExt as _;

#[derive(Clone, Default, Deserialize, Serialize)]
struct Text(String);

impl SessionData for Text {
    const TAG: &'static str = "text";
    const VERSION: u16 = 1;
}

fn ring() -> Keyring {
    let now = Timestamp::from_unix(1_800_000_000);
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    Keyring::init(Suite::default(), 30 * 86_400, now, &mut random).unwrap()
}

/// A layer without sessions, on a clock that stands.
fn layer() -> SessionLayerBuilder {
    SessionLayer::builder(ring(), "tests").clock(|| Timestamp::from_unix(1_800_000_000))
}

async fn get(app: &Router, path: &str, cookie: &str) -> Response<Body> {
    let request = Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap();
    app.clone().oneshot(request).await.unwrap()
}

/// The `Set-Cookie` fields of a response.
fn set_cookies(response: &Response<Body>) -> Vec<String> {
    response.headers().get_all("set-cookie").iter().map(|field| field.to_str().unwrap().into()).collect()
}
