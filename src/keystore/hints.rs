//! Hints that a shared ring may have changed: a task listens, whoever waits is told.
//!
//! The task begins with the first wait and ends with the keystore. It counts what it hears, and the keystore knows what it
//! has told: nothing is missed between one wait and the next, and many waits at a time all end.

use std::future::{Future, pending};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;

pub(crate) struct Hints {
    heard: watch::Sender<u64>,
    told: AtomicU64,
    task: Mutex<Option<AbortHandle>>,
}

/// The end that listens.
pub(crate) struct Teller(watch::Sender<u64>);

impl Hints {
    pub(crate) fn new() -> Self {
        Self { heard: watch::Sender::new(0), told: AtomicU64::new(0), task: Mutex::new(None) }
    }

    /// Waits for a hint that nobody was told yet. `listen` is started unless it runs.
    pub(crate) async fn next<F>(&self, listen: impl FnOnce(Teller) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let told = self.told.load(Ordering::Relaxed);
        let mut heard = self.heard.subscribe();
        if self.start(listen).is_none() {
            return pending().await; // Without a runtime there are no connections.
        }
        let now = heard.wait_for(|heard| *heard != told).await.map_or(told, |heard| *heard);
        self.told.store(now, Ordering::Relaxed);
    }

    fn start<F>(&self, listen: impl FnOnce(Teller) -> F) -> Option<()>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        // One ends before the keystore does if its runtime does.
        if task.as_ref().is_none_or(AbortHandle::is_finished) {
            let listening = listen(Teller(self.heard.clone()));
            *task = Some(Handle::try_current().ok()?.spawn(listening).abort_handle());
        }
        Some(())
    }
}

impl Drop for Hints {
    fn drop(&mut self) {
        if let Some(task) = self.task.get_mut().unwrap_or_else(PoisonError::into_inner) {
            task.abort();
        }
    }
}

impl Teller {
    pub(crate) fn tell(&self) {
        self.0.send_modify(|heard| *heard = heard.wrapping_add(1));
    }
}

/// Before a lost subscription is made anew; longer, and longer again, where that fails.
pub(crate) const PAUSE: Duration = Duration::from_millis(500);
pub(crate) const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// A subscription that was silent for so long is asked whether it is still there.
pub(crate) const SILENCE: Duration = Duration::from_secs(30);
