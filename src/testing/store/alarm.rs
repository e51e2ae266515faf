//! Waits with a limit, on any runtime and on none.

use core::future::poll_fn;
use core::pin::pin;
use core::task::{Poll, Waker};
use core::time::Duration;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;

/// A thread that wakes all waiting tasks now and then; it ends with the alarm.
pub(super) struct Alarm(Arc<Ticks>);

#[derive(Default)]
struct Ticks {
    count: AtomicU32,
    waiting: Mutex<Vec<Waker>>,
}

impl Alarm {
    pub(super) fn new() -> Self {
        let ticks = Arc::new(Ticks::default());
        let seen = Arc::downgrade(&ticks);
        thread::spawn(move || tick(&seen));
        Self(ticks)
    }

    /// Awaits `work` for some seconds; `None` if it takes longer.
    pub(super) async fn within<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        let start = self.0.count.load(Ordering::Relaxed);
        poll_fn(|context| {
            if let Poll::Ready(done) = work.as_mut().poll(context) {
                return Poll::Ready(Some(done));
            }
            if self.0.count.load(Ordering::Relaxed).wrapping_sub(start) > PATIENCE {
                return Poll::Ready(None);
            }
            self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(context.waker().clone());
            Poll::Pending
        })
        .await
    }
}

fn tick(ticks: &Weak<Ticks>) {
    while let Some(ticks) = ticks.upgrade() {
        ticks.count.fetch_add(1, Ordering::Relaxed);
        let waiting = std::mem::take(&mut *ticks.waiting.lock().unwrap_or_else(PoisonError::into_inner));
        waiting.into_iter().for_each(Waker::wake);
        drop(ticks);
        thread::sleep(TICK);
    }
}

const TICK: Duration = Duration::from_millis(50);
/// Five seconds, although two are promised: the machine may be busy.
const PATIENCE: u32 = 100;
