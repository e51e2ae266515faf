//! What comes of a task that a store carries through.

use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, PoisonError};

use crate::store::Store;

/// Hands `work` to the store; what it comes to, or `None` if the store dropped it.
pub(super) fn spawned<T: Send + 'static>(
    store: &dyn Store,
    work: impl Future<Output = T> + Send + 'static,
) -> Outcome<T> {
    let slot = Arc::new(Mutex::new(Slot { value: None, is_over: false, waker: None }));
    let teller = Teller(Arc::clone(&slot));
    store.spawn(Box::pin(async move {
        let value = work.await;
        teller.0.lock().unwrap_or_else(PoisonError::into_inner).value = Some(value);
        drop(teller);
    }));
    Outcome(slot)
}

pub(super) struct Outcome<T>(Arc<Mutex<Slot<T>>>);

struct Slot<T> {
    value: Option<T>,
    is_over: bool,
    waker: Option<Waker>,
}

impl<T> Future for Outcome<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_over {
            return Poll::Ready(slot.value.take());
        }
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

/// Says that the task is over, done or dropped.
struct Teller<T>(Arc<Mutex<Slot<T>>>);

impl<T> Drop for Teller<T> {
    fn drop(&mut self) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.is_over = true;
        if let Some(waker) = slot.waker.take() {
            waker.wake();
        }
    }
}
