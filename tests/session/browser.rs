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
    Keyring::init(Suite::default(), 30 * 86_400, Timestamp::from_unix(START - 2 * 86_400), &mut random)
        .unwrap()
}

pub(crate) fn builder(clock: &TestClock) -> SessionLayerBuilder {
    with_ring(ring(), clock)
}

/// The same types and audience under a ring that the test chose.
pub(crate) fn with_ring(ring: Keyring, clock: &TestClock) -> SessionLayerBuilder {
    SessionLayer::builder(ring, "tests")
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

    /// The same cookies in front of another application, or of the same one set up otherwise.
    pub(crate) fn moved_to(&self, app: Router) -> Self {
        Self { app, jar: self.jar.clone() }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let answer = self.late(path).await;
        self.keep(&answer);
        answer
    }

    /// Sends a request now; the response arrives when the test calls [`keep`](Self::keep).
    pub(crate) async fn late(&self, path: &str) -> Answer {
        self.send_with(path, &[&self.cookies()]).await
    }

    /// Sends a request with these `Cookie` fields in place of the jar's.
    pub(crate) async fn send_with(&self, path: &str, fields: &[impl AsRef<[u8]>]) -> Answer {
        let request =
            fields.iter().fold(Request::get(path), |request, field| request.header("cookie", field.as_ref()));
        self.send(request.body(Body::empty()).unwrap()).await
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.app.clone().oneshot(request).await.unwrap()).await
    }

    pub(crate) fn keep(&mut self, answer: &Answer) {
        for field in &answer.set_cookies {
            let (pair, attributes) = field.split_once("; ").unwrap_or((field, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.ends_with("Max-Age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.into(), value.into());
            }
        }
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
    pub(crate) set_cookies: Vec<String>,
    pub(crate) headers: http::HeaderMap,
    pub(crate) error: Option<gingersnap::SessionError>,
}

impl Answer {
    /// The names of the cookies that the response sets, `-` before those that it removes.
    pub(crate) fn sets(&self) -> String {
        let names = self.set_cookies.iter().map(|field| {
            let sign = if field.ends_with("; Max-Age=0") { "-" } else { "" };
            format!("{sign}{}", field.split_once('=').unwrap().0)
        });
        names.collect::<Vec<_>>().join(" ")
    }

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
