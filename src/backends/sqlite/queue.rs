//! The requests to the writer's thread, and the tasks that it carries through.

use core::task::{Context, Waker};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Wake;

use crate::Timestamp;
use crate::store::tell::Teller;
use crate::store::{Applied, Op, StoreError, Task};

/// An answer, with the file's time.
pub(super) type Answered<T> = Result<(T, Timestamp), StoreError>;

pub(super) enum Item {
    Apply(Write),
    Purge(u32, Teller<Answered<u32>>),
    Create(Teller<Answered<()>>),
    /// A task that begins.
    Begin(Arc<Carried>),
    /// Somebody waits for changes now.
    Await,
    /// A task that may go on.
    GoOn(Arc<Carried>),
    Close(Teller<()>),
}

/// The operations of one response.
pub(super) struct Write {
    pub(super) operations: Vec<Op>,
    pub(super) teller: Teller<Answered<Applied>>,
}

/// A task, and the queue in which it comes back once it can go on.
pub(super) struct Carried {
    task: Mutex<Option<Task>>,
    queue: Sender<Item>,
}

impl Carried {
    pub(super) fn new(task: Task, queue: Sender<Item>) -> Arc<Self> {
        Arc::new(Self { task: Mutex::new(Some(task)), queue })
    }

    /// Polls the task; returns true if it ended just now. A panic ends this task, and nothing else.
    pub(super) fn poll(self: Arc<Self>) -> bool {
        let mut slot = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(task) = slot.as_mut() else { return false };
        let waker = Waker::from(Arc::clone(&self));
        let polled = catch_unwind(AssertUnwindSafe(|| task.as_mut().poll(&mut Context::from_waker(&waker))));
        let has_ended = !polled.is_ok_and(|polled| polled.is_pending());
        if has_ended {
            let task = slot.take();
            drop(slot);
            // A panic in its destructor is contained as well.
            drop(catch_unwind(AssertUnwindSafe(|| drop(task))));
        }
        has_ended
    }
}

impl Wake for Carried {
    fn wake(self: Arc<Self>) {
        let queue = self.queue.clone();
        // Nobody takes it any more after the store is closed.
        drop(queue.send(Item::GoOn(self)));
    }
}
