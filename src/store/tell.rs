//! One answer from a thread or a task to its caller, with no runtime.

use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::sync::{Arc, Mutex, PoisonError};

/// The two ends of one answer.
pub(crate) fn pair<T>() -> (Teller<T>, Told<T>) {
    let slot = Arc::new(Mutex::new(Slot { answer: None, waker: None, is_over: false }));
    (Teller(Arc::clone(&slot)), Told(slot))
}

struct Slot<T> {
    answer: Option<T>,
    waker: Option<Waker>,
    is_over: bool,
}

/// The end that answers. If it is dropped without an answer, there will be none.
pub(crate) struct Teller<T>(Arc<Mutex<Slot<T>>>);

impl<T> Teller<T> {
    pub(crate) fn tell(self, answer: T) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).answer = Some(answer);
    }
}

impl<T> Drop for Teller<T> {
    fn drop(&mut self) {
        let waker = {
            let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            slot.is_over = true;
            slot.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }
}

/// The end that waits; its answer is `None` if nobody will answer any more.
pub(crate) struct Told<T>(Arc<Mutex<Slot<T>>>);

impl<T> Future for Told<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if slot.is_over {
            return Poll::Ready(slot.answer.take());
        }
        match &mut slot.waker {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}
