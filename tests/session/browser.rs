//! The sessions of these tests, and a browser in front of a router with them.

use axum::Router;
use gingersnap::keyring::LiveKeyring;
pub(crate) use gingersnap::testing::{Answer, TestClock, keyring as ring};
use gingersnap::{SessionData, SessionLayer, SessionLayerBuilder};
use serde::{Deserialize, Serialize};

pub(crate) type Browser = gingersnap::testing::Browser<Router>;

pub(crate) const START: u64 = TestClock::START;

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

/// A preference, which is the browser's and no person's.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Theme(pub(crate) String);

impl SessionData for Theme {
    const TAG: &'static str = "theme";
    const VERSION: u16 = 1;
}

pub(crate) fn builder(clock: &TestClock) -> SessionLayerBuilder {
    with_ring(ring(), clock)
}

/// The same types and audience under a ring that the test chose.
pub(crate) fn with_ring(ring: impl Into<LiveKeyring>, clock: &TestClock) -> SessionLayerBuilder {
    SessionLayer::builder(ring, "tests")
        .session::<Cart>("session")
        .session::<Visits>("visits")
        .browser_session::<Theme>("theme")
        .clock(clock.clone())
}
