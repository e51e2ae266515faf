//! One pull at a time, and what became of the last one.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::store::Changed;
use crate::store::StoreError;
use crate::store::changes::Changes;

/// The pulls of a register.
#[derive(Default)]
pub(super) struct Pulls {
    is_under_way: AtomicBool,
    /// Pulls that were begun.
    begun: AtomicU64,
    /// The number of the last one that ended, by the order of their beginnings.
    last_ended: AtomicU64,
    /// Tells when one ended, one way or the other.
    ended: Changes,
    /// The error of the last, if it failed.
    failure: Mutex<Option<StoreError>>,
}

/// What an operator is to know of the pulls.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum News {
    /// They begin to fail.
    Lost(StoreError),
    /// They succeed again.
    Back,
}

/// The pull that is under way: dropping it ends it.
pub(super) struct Pulling<'a>(&'a Pulls);

impl Pulls {
    /// `None` if there is one under way.
    pub(super) fn begin(&self) -> Option<Pulling<'_>> {
        let was_under_way = self.is_under_way.swap(true, Ordering::Acquire);
        // Made for the one who pulls alone: dropping it ends a pull.
        (!was_under_way).then(|| {
            self.begun.fetch_add(1, Ordering::AcqRel);
            Pulling(self)
        })
    }

    /// Pulls that were begun so far.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Acquire)
    }

    /// True once one has ended that was begun after so many.
    pub(super) fn is_after(&self, begun: u64) -> bool {
        self.last_ended.load(Ordering::Acquire) > begun
    }

    /// Waits for the end of the one that is under way.
    pub(super) fn ended(&self) -> Changed {
        self.ended.next()
    }

    /// The error of the last pull, if it failed.
    pub(super) fn failure(&self) -> Option<StoreError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Pulling<'_> {
    /// Ends it; returns what is news of that.
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
