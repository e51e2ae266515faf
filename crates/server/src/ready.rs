//! `GET /readyz`: this node's readiness for requests, the ring that it has, and its store. To answer asks nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use axum_extra::TypedHeader;
use axum_extra::headers::CacheControl;
use gingersnap::keyring::{Key, LiveKeyring};
use gingersnap::keystore::NodeName;
use gingersnap::store::StoreErrorKind;
use gingersnap::{Clock as _, KnownEnds, Revoker, SystemClock, Timestamp};
use serde::Serialize;

use crate::store::{Measured, Seen};

/// The facts that readiness depends on.
#[derive(Clone, Debug)]
pub(crate) struct Readiness {
    keyring: LiveKeyring,
    store: Option<Measured>,
    revoker: Option<Revoker>,
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
    pub(crate) fn new(
        keyring: LiveKeyring,
        store: Option<Measured>,
        node: NodeName,
        stale_after: Duration,
    ) -> Self {
        Self { keyring, store, revoker: None, node, stale_after, stopping: Arc::default() }
    }

    /// Says how much is known of what has ended, and is not ready before that.
    pub(crate) fn ends(self, revoker: Revoker) -> Self {
        Self { revoker: Some(revoker), ..self }
    }

    pub(crate) fn revoker(&self) -> Option<Revoker> {
        self.revoker.clone()
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
        let store = self.store.as_ref().map(|it| Store::of(it, it.health().at(Instant::now())));
        let ends = self.revoker.as_ref().map(|it| Ends::of(it.known(), now));
        let (status, reason) = if self.stopping.load(Ordering::Relaxed) {
            (Status::NotReady, Some("the server is stopping".into()))
        } else if let Some(key) = keyring.made_after(now) {
            let reason = format!(
                "this clock is more than an hour behind the making of key {key}: one of the two is wrong"
            );
            (Status::NotReady, Some(reason))
        } else if active_key.is_none() {
            (Status::NotReady, Some("no key of the ring seals now".into()))
        } else if ends.as_ref().is_some_and(Ends::are_missing) {
            let reason = "what has ended is not loaded from the store yet: nobody is taken for signed in";
            (Status::NotReady, Some(reason.into()))
        } else if confirmed > self.stale_after.as_secs() {
            (Status::Degraded, Some("the key ring could not be confirmed for too long".into()))
        } else if let Some(reason) = store.as_ref().and_then(Store::reason) {
            (Status::Degraded, Some(reason))
        } else if let Some(reason) = ends.as_ref().and_then(Ends::reason) {
            (Status::Degraded, Some(reason))
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
            store,
            ends,
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
    #[serde(skip_serializing_if = "Option::is_none")]
    store: Option<Store>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ends: Option<Ends>,
}

/// The application's store.
#[derive(Debug, Serialize)]
struct Store {
    /// Its address, without a password.
    name: String,
    answers: bool,
    /// Seconds since an answer that was no error.
    seconds_since_answered: u64,
    /// What is wrong with reading, or else with writing.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'static str>,
}

impl Store {
    fn of(store: &Measured, seen: Seen) -> Self {
        Self {
            name: store.to_string(),
            answers: seen.reads.is_none(),
            seconds_since_answered: seen.unanswered.as_secs(),
            error: seen.reads.or(seen.writes).map(StoreErrorKind::name),
        }
    }

    /// What a node lacks whose store has an error: the rest of it goes on.
    fn reason(&self) -> Option<String> {
        let error = self.error?;
        Some(if self.answers {
            format!("the store takes no writes ({error}): a session that is to be written there is 503")
        } else {
            format!("the store does not answer ({error}): a session that is there is 503")
        })
    }
}

/// What this node knows of the sign-ins that ended.
#[derive(Debug, Serialize)]
struct Ends {
    ended: usize,
    cut_offs: usize,
    /// Seconds since the store was last asked with success; none before the first time.
    seconds_since_known: Option<u64>,
    /// Seconds by which the store's clock is ahead of this node's.
    clock_offset: i64,
}

impl Ends {
    fn of(known: KnownEnds, now: Timestamp) -> Self {
        let KnownEnds { ended, cut_offs, as_of, clock_offset, .. } = known;
        Self { ended, cut_offs, seconds_since_known: as_of.map(|at| at.age_at(now)), clock_offset }
    }

    const fn are_missing(&self) -> bool {
        self.seconds_since_known.is_none()
    }

    fn reason(&self) -> Option<String> {
        let apart = self.clock_offset.unsigned_abs();
        (apart > KnownEnds::MOST_APART).then(|| {
            let way = if self.clock_offset > 0 { "ahead of" } else { "behind" };
            format!("the store's clock is {apart} s {way} this node's: nobody can sign in here")
        })
    }
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
    /// A degraded node gets requests still: its last good ring serves, and so do sessions in cookies without a store. What it
    /// lacks (a keystore's outage, a store's) is mostly common to the whole fleet, which would be out of rotation all at once.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_that_are_too_far_apart_are_told_with_the_seconds() {
        let told = |clock_offset| {
            let (ended, cut_offs, seconds_since_known) = (0, 0, Some(0));
            Ends { ended, cut_offs, seconds_since_known, clock_offset }.reason().unwrap_or_default()
        };
        let ending = " this node's: nobody can sign in here";
        assert_eq!(told(91), format!("the store's clock is 91 s ahead of{ending}"));
        assert_eq!(told(-3600), format!("the store's clock is 3600 s behind{ending}"));
        assert_eq!([told(90), told(-90), told(0)].concat(), "");
    }
}
