//! A browser, as far as cookies go: keeps what it is sent, sends what it keeps.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::body::Body;
use gingersnap::keyring::Keyring;
use gingersnap::token::Suite;
use gingersnap::{SessionData, SessionLayer, SessionLayerBuilder, Timestamp};
use http::{Request, Response};
use serde::{Deserialize, Serialize};
use tower::ServiceExt as _;

pub(crate) const START: u64 = 1_800_000_000;

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Cart {
    pub(crate) lines: Vec<Line>,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Line {
    pub(crate) item: String,
    pub(crate) qty: u32,
}

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Visits(pub(crate) u32);

impl SessionData for Visits {
    const TAG: &'static str = "visits";
    const VERSION: u16 = 1;
}

/// A clock that tests set.
#[derive(Clone)]
pub(crate) struct TestClock(Arc<AtomicU64>);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(START)))
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

impl gingersnap::Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_unix(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) fn ring() -> Keyring {
    let mut random = |bytes: &mut [u8]| {
        getrandom::fill(bytes).unwrap();
        Ok(())
    };
    Keyring::init(Suite::default(), 30 * 86_400, Timestamp::from_unix(START), &mut random).unwrap()
}

pub(crate) fn builder(clock: &TestClock) -> SessionLayerBuilder {
    SessionLayer::builder(ring(), "tests")
        .session::<Cart>("session")
        .session::<Visits>("visits")
        .clock(clock.clone())
}

pub(crate) struct Browser {
    app: Router,
    pub(crate) jar: BTreeMap<String, String>,
}

impl Browser {
    pub(crate) fn new(app: Router) -> Self {
        Self { app, jar: BTreeMap::new() }
    }

    /// The `Cookie` field that the browser would send.
    pub(crate) fn cookies(&self) -> String {
        self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let request = Request::get(path).header("cookie", self.cookies()).body(Body::empty()).unwrap();
        let answer = self.send(request).await;
        self.keep(&answer);
        answer
    }

    /// Sends a request without keeping what the response sets.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.app.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) fn keep(&mut self, answer: &Answer) {
        for field in &answer.set_cookies {
            let (pair, attributes) = field.split_once("; ").unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.ends_with("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.into(), value.into());
            }
        }
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) set_cookies: Vec<String>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) error: Option<gingersnap::SessionError>,
}

impl Answer {
    async fn of(response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let set_cookies =
            parts.headers.get_all("set-cookie").iter().map(|field| field.to_str().unwrap().into());
        Self {
            status: parts.status.as_u16(),
            body: String::from_utf8(body.to_vec()).unwrap(),
            set_cookies: set_cookies.collect(),
            error: parts.extensions.get::<gingersnap::SessionError>().cloned(),
            headers: parts.headers,
        }
    }
}
