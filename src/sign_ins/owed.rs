//! The ends that the store has not taken yet.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::store::{Op, Store};

/// Ends from this node that the store did not take, and ends that the store lost.
#[derive(Default)]
pub(super) struct Owed(Mutex<Queues>);

#[derive(Default)]
struct Queues {
    ends: VecDeque<Op>,
    lost: VecDeque<Op>,
}

impl Owed {
    /// Queues an end; returns false if too many wait already.
    pub(super) fn add(&self, end: Op) -> bool {
        let ends = &mut self.queues().ends;
        if ends.contains(&end) {
            return true;
        }
        let has_room = ends.len() < MOST;
        ends.extend(has_room.then_some(end));
        has_room
    }

    /// Takes the operations that put back what the store lost. They replace those of the loss before.
    pub(super) fn has_lost(&self, lost: Vec<Op>) {
        self.queues().lost = lost.into();
    }

    /// Gives the store some of the operations, until one fails.
    pub(super) async fn pay(&self, store: &dyn Store) {
        for _ in 0..AT_ONCE {
            let next = {
                let queues = self.queues();
                queues.ends.front().or_else(|| queues.lost.front()).cloned()
            };
            let Some(next) = next else { return };
            if store.apply(std::slice::from_ref(&next)).await.is_err() {
                return;
            }
            // The operation may have gone, or may have been replaced, meanwhile.
            let Queues { ends, lost } = &mut *self.queues();
            let taken = if ends.front() == Some(&next) { ends } else { lost };
            if taken.front() == Some(&next) {
                taken.pop_front();
            }
        }
    }

    fn queues(&self) -> MutexGuard<'_, Queues> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The most ends from this node that wait.
const MOST: usize = 10_000;
/// The most operations that are given to the store after a pull.
const AT_ONCE: usize = 20;
