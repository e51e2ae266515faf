//! Carries a task through without a runtime.

use core::task::{Context, Waker};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Wake;

use super::contract::Task;

/// Polls a task in place, and polls it again wherever it is woken: whatever ends its wait carries it on.
pub(super) fn through(task: Task) {
    Arc::new(Carried(Mutex::new(State { task: Some(task), is_woken: false }))).go_on();
}

struct Carried(Mutex<State>);

struct State {
    /// `None` while it is polled, and once it has ended.
    task: Option<Task>,
    /// True if it was woken while it was polled.
    is_woken: bool,
}

impl Carried {
    fn go_on(self: Arc<Self>) {
        while let Some(mut task) = self.take() {
            let waker = Waker::from(Arc::clone(&self));
            if task.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                return;
            }
            let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            state.task = Some(task);
            if !state.is_woken {
                return;
            }
        }
    }

    fn take(&self) -> Option<Task> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let task = state.task.take();
        // The caller that is polling it now polls it again.
        state.is_woken = task.is_none();
        task
    }
}

impl Wake for Carried {
    fn wake(self: Arc<Self>) {
        self.go_on();
    }
}
