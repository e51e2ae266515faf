//! `GET /readyz`: this node's readiness for requests, and the ring that it has.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use axum_extra::TypedHeader;
use axum_extra::headers::CacheControl;
use gingersnap::keyring::{Key, LiveKeyring};
use gingersnap::keystore::NodeName;
use gingersnap::{Clock as _, SystemClock, Timestamp};
use serde::Serialize;

/// The facts that readiness depends on.
#[derive(Clone, Debug)]
pub(crate) struct Readiness {
    keyring: LiveKeyring,
    node: NodeName,
    stale_after: Duration,
    stopping: Arc<AtomicBool>,
}

/// Tells `/readyz` that the server begins to stop.
#[derive(Clone, Debug)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    pub(crate) fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Readiness {
    pub(crate) fn new(keyring: LiveKeyring, node: NodeName, stale_after: Duration) -> Self {
        Self { keyring, node, stale_after, stopping: Arc::default() }
    }

    /// Returns a handle for the task that catches the signals.
    pub(crate) fn stop(&self) -> Stop {
        Stop(Arc::clone(&self.stopping))
    }

    /// The route, which touches no session.
    pub(crate) fn route(&self) -> Router {
        Router::new().route("/readyz", get(answer)).with_state(self.clone())
    }

    fn at(&self, now: Timestamp) -> Report {
        let keyring = self.keyring.get();
        let active_key = keyring.active(now).map(Key::id);
        let confirmed = self.keyring.loaded_at().age_at(now);
        let (status, reason) = if self.stopping.load(Ordering::Relaxed) {
            (Status::NotReady, Some("the server is stopping".into()))
        } else if let Some(key) = keyring.made_after(now) {
            let reason = format!(
                "this clock is more than an hour behind the making of key {key}: one of the two is wrong"
            );
            (Status::NotReady, Some(reason))
        } else if active_key.is_none() {
            (Status::NotReady, Some("no key of the ring seals now".into()))
        } else if confirmed > self.stale_after.as_secs() {
            (Status::Degraded, Some("the key ring could not be confirmed for too long".into()))
        } else {
            (Status::Ready, None)
        };
        Report {
            status,
            reason,
            generation: keyring.generation(),
            active_key: active_key.map(|id| id.to_string()),
            seconds_since_confirmed: confirmed,
            node: self.node.to_string(),
        }
    }
}

/// The answer's body.
#[derive(Debug, Serialize)]
struct Report {
    status: Status,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    generation: u64,
    active_key: Option<String>,
    /// Seconds since the ring was last found to be the newest.
    seconds_since_confirmed: u64,
    node: String,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Ready,
    Degraded,
    #[serde(rename = "not ready")]
    NotReady,
}

impl Status {
    /// A degraded node gets requests still: its last good ring serves, and what keeps it from a newer one (a keystore's
    /// outage) is mostly common to the whole fleet, which would be out of rotation all at once.
    const fn code(self) -> StatusCode {
        match self {
            Self::Ready | Self::Degraded => StatusCode::OK,
            Self::NotReady => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

async fn answer(State(readiness): State<Readiness>) -> impl IntoResponse {
    let report = readiness.at(SystemClock.now());
    (report.status.code(), TypedHeader(CacheControl::new().with_no_store()), Json(report))
}
