//! One pull at a time, and what became of the last one.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::store::Changed;
use crate::store::StoreError;
use crate::store::changes::Changes;

/// The pulls of a register.
#[derive(Default)]
pub(super) struct Pulls {
    is_under_way: AtomicBool,
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
        (!was_under_way).then(|| Pulling(self))
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
        self.0.is_under_way.store(false, Ordering::Release);
        self.0.ended.tell();
    }
}
