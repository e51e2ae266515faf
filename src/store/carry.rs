//! A task carried through without a runtime.

use core::task::{Context, Waker};
use std::sync::Arc;
use std::task::Wake;
use std::thread::{self, Thread};

use super::contract::Task;

/// Polls a task in place, and goes on in a thread if it has to wait for something.
pub(super) fn through(mut task: Task) {
    if task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
        // Without a thread there is nobody to carry it.
        drop(thread::Builder::new().name("gingersnap-store".into()).spawn(move || wait(task)));
    }
}

fn wait(mut task: Task) {
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut context = Context::from_waker(&waker);
    while task.as_mut().poll(&mut context).is_pending() {
        thread::park();
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}
