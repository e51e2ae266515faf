//! The ring in use of a program that never replaces it.

use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use crate::Timestamp;
use crate::keyring::Keyring;

/// A ring, and the time at which it was last known to be the newest.
pub(super) struct InUse {
    keyring: Arc<Keyring>,
    /// In Unix seconds.
    loaded_at: AtomicU64,
}

impl InUse {
    pub(super) fn new(keyring: Arc<Keyring>, loaded_at: Timestamp) -> Self {
        Self { keyring, loaded_at: AtomicU64::new(loaded_at.unix()) }
    }

    pub(super) fn look<R>(&self, look: impl FnOnce(&Arc<Keyring>, Timestamp) -> R) -> R {
        look(&self.keyring, Timestamp::from_unix(self.loaded_at.load(Ordering::Relaxed)))
    }

    pub(super) fn confirm(&self, loaded_at: Timestamp) {
        self.loaded_at.store(loaded_at.unix(), Ordering::Relaxed);
    }
}
