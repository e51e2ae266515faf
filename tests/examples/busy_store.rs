//! A store in which another request is faster.

use std::fmt;
use std::sync::{Arc, Mutex};

use gingersnap::store::{
    Answer, Applied, Changed, Feed, MemoryStore, Op, Record, RecordId, SignInRow, Store, Task,
};
use gingersnap::token::PersonId;

/// A store in memory, before whose next write something else happens.
#[derive(Clone, Default)]
pub(crate) struct Busy {
    inner: MemoryStore,
    first: Arc<Mutex<Option<Task>>>,
}

impl Busy {
    /// Carries this out before its next write.
    pub(crate) fn first(&self, task: Task) {
        *self.first.lock().unwrap() = Some(task);
    }
}

impl Store for Busy {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        self.inner.load(id)
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        let first = self.first.lock().unwrap().take();
        Box::pin(async move {
            if let Some(first) = first {
                first.await;
            }
            self.inner.apply(operations).await
        })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        self.inner.sign_ins(person)
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        self.inner.feed(mark)
    }

    fn changed(&self) -> Changed {
        self.inner.changed()
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

impl fmt::Display for Busy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("busy")
    }
}
