//! The pulls of a register: one at a time, and the outcome of the last one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::store::Changed;
use crate::store::StoreError;
use crate::store::changes::Changes;

/// The pulls of a register.
#[derive(Default)]
pub(super) struct Pulls {
    is_under_way: AtomicBool,
    /// The number of pulls that were begun.
    begun: AtomicU64,
    /// The number of the last pull that ended; pulls are numbered in the order in which they begin.
    last_ended: AtomicU64,
    /// Changes when a pull ended, whatever its outcome.
    ended: Changes,
    /// The error of the last pull, if it failed.
    failure: Mutex<Option<StoreError>>,
}

/// News about the pulls, for an operator.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum News {
    /// Pulls begin to fail.
    Lost(StoreError),
    /// Pulls succeed again.
    Back,
}

/// The pull that is under way; dropping it ends the pull.
pub(super) struct Pulling<'a>(&'a Pulls);

impl Pulls {
    /// Begins a pull; `None` if one is under way.
    pub(super) fn begin(&self) -> Option<Pulling<'_>> {
        let was_under_way = self.is_under_way.swap(true, Ordering::Acquire);
        // Made only where this call begins the pull: dropping it ends a pull.
        (!was_under_way).then(|| {
            self.begun.fetch_add(1, Ordering::AcqRel);
            Pulling(self)
        })
    }

    /// The number of pulls begun so far.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Acquire)
    }

    /// True once a pull has ended that began after the first `begun` pulls.
    pub(super) fn is_after(&self, begun: u64) -> bool {
        self.last_ended.load(Ordering::Acquire) > begun
    }

    /// Waits for the end of the pull that is under way.
    pub(super) fn ended(&self) -> Changed {
        self.ended.next()
    }

    /// The error of the last pull, if it failed.
    pub(super) fn failure(&self) -> Option<StoreError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Pulling<'_> {
    /// Ends the pull; returns the news in its outcome, if any.
    pub(super) fn end(self, failure: Option<StoreError>) -> Option<News> {
        let mut last = self.0.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let had_failed = std::mem::replace(&mut *last, failure).is_some();
        match &*last {
            Some(error) if !had_failed => Some(News::Lost(error.clone())),
            None if had_failed => Some(News::Back),
            _ => None,
        }
    }
}

impl Drop for Pulling<'_> {
    fn drop(&mut self) {
        self.0.last_ended.store(self.0.begun(), Ordering::Release);
        self.0.is_under_way.store(false, Ordering::Release);
        self.0.ended.tell();
    }
}
