//! The number of ended rows that a store's handles have removed, counted for all of them.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::Timestamp;
use crate::store::{StoreError, Upkeep};

/// The counts of purges, whoever asked for them.
#[derive(Default)]
pub(super) struct Tally {
    removed: AtomicU64,
    failures: AtomicU64,
}

impl Tally {
    /// Counts one purge.
    pub(super) fn count(&self, purged: &Result<(u32, Timestamp), StoreError>) {
        match purged {
            Ok((removed, _)) => self.removed.fetch_add(u64::from(*removed), Ordering::Relaxed),
            Err(_) => self.failures.fetch_add(1, Ordering::Relaxed),
        };
    }

    pub(super) fn read(&self) -> Upkeep {
        Upkeep {
            removed: self.removed.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
        }
    }
}
