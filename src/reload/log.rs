//! What the log says of reloads: what changes, and once a minute what stays wrong.

use super::ReloadError;
use crate::Timestamp;
use crate::keystore::KeystoreError;

#[derive(Default)]
pub(super) struct Log {
    /// What went wrong last, and when that was logged.
    failing: Option<(String, Timestamp)>,
    registration: Option<String>,
}

impl Log {
    pub(super) fn replaced(&self, from: u64, to: u64) {
        tracing::info!(target: "gingersnap", from, to, "key ring reloaded");
    }

    pub(super) fn loaded(&mut self) {
        if self.failing.take().is_some() {
            tracing::info!(target: "gingersnap", "key ring can be loaded again");
        }
    }

    pub(super) fn failed(&mut self, error: &ReloadError, now: Timestamp) {
        let text = error.to_string();
        let logged = self.failing.as_ref();
        if logged.is_some_and(|(last, at)| *last == text && at.age_at(now) < EVERY) {
            return;
        }
        let hint = error.hint();
        tracing::error!(target: "gingersnap", error = text, hint, "key ring not reloaded; the one in use stays");
        self.failing = Some((text, now));
    }

    pub(super) fn not_registered(&mut self, error: &KeystoreError) {
        let text = error.to_string();
        if self.registration.as_ref() != Some(&text) {
            tracing::warn!(target: "gingersnap", error = text, "key ring's generation not registered or not compared");
            self.registration = Some(text);
        }
    }
}

/// Seconds.
const EVERY: u64 = 60;
