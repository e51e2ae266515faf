//! Waiting for the next change that this process makes, with no runtime.

use core::future::poll_fn;
use core::task::{Poll, Waker};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::contract::Changed;

/// Changes, and the waits for the next one. Clones share both.
#[derive(Clone, Default)]
pub(crate) struct Changes(Arc<Mutex<Waiting>>);

#[derive(Default)]
struct Waiting {
    /// The number of changes so far.
    count: u64,
    is_closed: bool,
    /// The number of waits, whether they were polled or not.
    number: usize,
    wakers: Vec<Waker>,
}

impl Changes {
    /// Wakes everyone who waits. The caller must hold no lock: those who wait may go on inside this call.
    pub(crate) fn tell(&self) {
        self.wake(|waiting| waiting.count += 1);
    }

    /// Tells everyone who waits, now or later, that there will be no more changes.
    pub(crate) fn close(&self) {
        self.wake(|waiting| waiting.is_closed = true);
    }

    fn wake(&self, change: impl FnOnce(&mut Waiting)) {
        let wakers = {
            let mut waiting = self.lock();
            change(&mut waiting);
            std::mem::take(&mut waiting.wakers)
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    /// True if somebody waits.
    #[cfg(feature = "sqlite")]
    pub(crate) fn are_awaited(&self) -> bool {
        self.lock().number > 0
    }

    /// Returns true with the next change after this call, or false when there will be none.
    pub(crate) fn next(&self) -> Changed {
        let waits = Waits::of(self.clone());
        Box::pin(poll_fn(move |context| {
            let mut waiting = waits.changes.lock();
            if waiting.is_closed || waiting.count != waits.seen {
                return Poll::Ready(!waiting.is_closed);
            }
            waiting.wakers.push(context.waker().clone());
            Poll::Pending
        }))
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One wait.
struct Waits {
    changes: Changes,
    seen: u64,
}

impl Waits {
    fn of(changes: Changes) -> Self {
        let seen = {
            let mut waiting = changes.lock();
            waiting.number += 1;
            waiting.count
        };
        Self { changes, seen }
    }
}

impl Drop for Waits {
    fn drop(&mut self) {
        self.changes.lock().number -= 1;
    }
}
