//! A store in memory that fails as it is told.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use futures_util::future::BoxFuture;
use gingersnap::store::{
    Answer, Applied, MemoryStore, Op, Record, RecordId, Store, StoreError, StoreErrorKind, Task,
};

use super::Shared;

/// What becomes of the next write.
pub(super) enum Fault {
    /// It is not done, and the store says that it cannot be reached.
    Fails(StoreErrorKind),
    /// It is done, and the answer is lost.
    IsLost,
    /// Something else happens first: another request.
    Comes(BoxFuture<'static, ()>),
}

#[derive(Clone)]
pub(super) struct Faulty {
    pub(super) inner: MemoryStore,
    faults: Shared<VecDeque<Fault>>,
    is_down: Shared<bool>,
    /// All operations that were asked for.
    pub(super) asked: Shared<Vec<Op>>,
    pub(super) loads: Shared<usize>,
}

impl Faulty {
    pub(super) fn new() -> Self {
        Self {
            inner: MemoryStore::new(),
            faults: Arc::default(),
            is_down: Arc::default(),
            asked: Arc::default(),
            loads: Arc::default(),
        }
    }

    pub(super) fn next(&self, fault: Fault) {
        self.faults.lock().unwrap().push_back(fault);
    }

    pub(super) fn is_down(&self, is_down: bool) {
        *self.is_down.lock().unwrap() = is_down;
    }

    pub(super) async fn record(&self, id: RecordId) -> Option<Record> {
        self.inner.load(id).await.unwrap().0
    }

    pub(super) fn last_written(&self) -> RecordId {
        let asked = self.asked.lock().unwrap();
        asked.iter().rev().find(|op| !matches!(op, Op::Remove { .. })).unwrap().id()
    }

    /// The operations since the last call.
    pub(super) fn taken(&self) -> Vec<Op> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }
}

fn unreachable(kind: StoreErrorKind) -> StoreError {
    StoreError::new(kind, "the store is down")
}

impl Store for Faulty {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        *self.loads.lock().unwrap() += 1;
        if *self.is_down.lock().unwrap() {
            return Box::pin(async { Err(unreachable(StoreErrorKind::Unreachable)) });
        }
        self.inner.load(id)
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        self.asked.lock().unwrap().extend_from_slice(operations);
        Box::pin(async move {
            if *self.is_down.lock().unwrap() {
                return Err(unreachable(StoreErrorKind::Unreachable));
            }
            let fault = self.faults.lock().unwrap().pop_front();
            match fault {
                Some(Fault::Fails(kind)) => Err(unreachable(kind)),
                Some(Fault::IsLost) => {
                    self.inner.apply(operations).await?;
                    Err(unreachable(StoreErrorKind::Unreachable))
                }
                Some(Fault::Comes(first)) => {
                    // The other request meets no faults.
                    let rest = std::mem::take(&mut *self.faults.lock().unwrap());
                    first.await;
                    *self.faults.lock().unwrap() = rest;
                    self.inner.apply(operations).await
                }
                None => self.inner.apply(operations).await,
            }
        })
    }

    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        self.inner.purge(limit)
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        self.inner.create_tables()
    }

    fn spawn(&self, task: Task) {
        self.inner.spawn(task);
    }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("faulty")
    }
}

impl Fault {
    /// Another request of this browser's cookies is faster; its answer does not come in time.
    pub(super) fn another(browser: &crate::browser::Browser, path: &'static str) -> Self {
        let browser = Mutex::new(Some(browser.clone()));
        let mut browser = browser.lock().unwrap().take().unwrap();
        Self::Comes(Box::pin(async move {
            assert_eq!(browser.post(path, "").await.status, 200, "{path}");
        }))
    }
}
