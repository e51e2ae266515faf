//! A store that fails when a test says so.

use core::fmt;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Timestamp;
use crate::store::{
    Answer, Applied, Changed, Feed, Op, Record, RecordId, SignInRow, Store, StoreError, StoreErrorKind, Task,
    Upkeep, Warnings,
};
use crate::token::PersonId;

/// A store with the faults that a test has set for its next calls. Clones are handles to the same store.
///
/// ```
/// use gingersnap::store::{Applied, MemoryStore, Op, Record, RecordId, Store, StoreErrorKind};
/// use gingersnap::testing::store::{Fault, Faulty};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let store = Faulty::new(MemoryStore::new());
/// store.next_apply(Fault::LosesAnswer);
/// let id = RecordId::from_bytes([7; 16]);
/// let make = Op::Insert { id, owner: None, lifetime: 60, record: Record { version: 1, bytes: vec![] } };
/// assert_eq!(store.apply(&[make]).await.unwrap_err().kind(), StoreErrorKind::Unreachable);
/// assert!(store.load(id).await.unwrap().0.is_some()); // it was done nevertheless
/// # }
/// ```
#[derive(Clone)]
pub struct Faulty(Arc<Inner>);

/// The fault in one call of a [`Faulty`] store.
#[non_exhaustive]
pub enum Fault {
    /// Nothing is done, and this is the answer.
    Fails(StoreErrorKind),
    /// The call is carried out, and its answer is lost: [`StoreErrorKind::Unreachable`].
    LosesAnswer,
    /// The call is carried out after this task has ended, such as a `tokio::time::sleep`.
    Waits(Task),
    /// The call is carried out, and answered after this task has ended.
    AnswersAfter(Task),
}

struct Inner {
    store: Arc<dyn Store>,
    loads: Mutex<VecDeque<Fault>>,
    applies: Mutex<VecDeque<Fault>>,
    feeds: Mutex<VecDeque<Fault>>,
    is_down: AtomicBool,
}

impl Faulty {
    /// A store that has no faults yet.
    pub fn new(store: impl Store) -> Self {
        let (loads, applies, feeds, is_down) = Default::default();
        Self(Arc::new(Inner { store: Arc::new(store), loads, applies, feeds, is_down }))
    }

    /// Sets the fault for the next [`load`](Store::load) that has none yet.
    pub fn next_load(&self, fault: Fault) {
        self.0.loads.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    /// Sets the fault for the next [`apply`](Store::apply) that has none yet.
    pub fn next_apply(&self, fault: Fault) {
        self.0.applies.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    /// Sets the fault for the next [`feed`](Store::feed) that has none yet.
    pub fn next_feed(&self, fault: Fault) {
        self.0.feeds.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    /// Makes all calls fail as [`StoreErrorKind::Unreachable`], with nothing done, or stops that.
    pub fn set_down(&self, is_down: bool) {
        self.0.is_down.store(is_down, Ordering::SeqCst);
    }

    /// Carries out a call, with the next fault.
    async fn call<T>(
        &self,
        faults: Option<&Mutex<VecDeque<Fault>>>,
        call: Answer<'_, T>,
    ) -> Result<(T, Timestamp), StoreError> {
        if self.0.is_down.load(Ordering::SeqCst) {
            return Err(self.error(StoreErrorKind::Unreachable));
        }
        let next = |faults: &Mutex<VecDeque<Fault>>| {
            faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
        };
        match faults.and_then(next) {
            None => call.await,
            Some(Fault::Fails(kind)) => Err(self.error(kind)),
            Some(Fault::LosesAnswer) => {
                call.await?;
                Err(self.error(StoreErrorKind::Unreachable))
            }
            Some(Fault::Waits(first)) => {
                first.await;
                call.await
            }
            Some(Fault::AnswersAfter(then)) => {
                let answer = call.await;
                then.await;
                answer
            }
        }
    }

    fn error(&self, kind: StoreErrorKind) -> StoreError {
        StoreError::new(kind, format!("cannot use {self}: {}", kind.name()))
    }
}

impl Store for Faulty {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        Box::pin(async move { self.call(Some(&self.0.loads), self.0.store.load(id)).await })
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(async move { self.call(Some(&self.0.applies), self.0.store.apply(operations)).await })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        Box::pin(async move { self.call(None, self.0.store.sign_ins(person)).await })
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        Box::pin(async move { self.call(Some(&self.0.feeds), self.0.store.feed(mark)).await })
    }

    fn changed(&self) -> Changed {
        self.0.store.changed()
    }

    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        Box::pin(async move { self.call(None, self.0.store.purge(limit)).await })
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(async move { self.call(None, self.0.store.create_tables()).await })
    }

    fn upkeep(&self) -> Upkeep {
        self.0.store.upkeep()
    }

    fn warnings(&self) -> Warnings<'_> {
        self.0.store.warnings()
    }

    fn spawn(&self, task: Task) {
        self.0.store.spawn(task);
    }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "faulty {}", self.0.store)
    }
}

impl fmt::Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Faulty({})", self.0.store)
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fails(kind) => write!(f, "Fails({kind:?})"),
            Self::LosesAnswer => f.write_str("LosesAnswer"),
            Self::Waits(_) => f.write_str("Waits(..)"),
            Self::AnswersAfter(_) => f.write_str("AnswersAfter(..)"),
        }
    }
}
