//! A store of one's own, and the suite that tries it: `cargo test --example own_store`.
//!
//! It keeps records in a map, and sign-ins in the library's own table. One on a database does the same in a transaction,
//! by the database's clock.

mod kept;

use std::fmt;
use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt as _;
use gingersnap::store::{Answer, Applied, Changed, Feed, Op, Record, RecordId, SignInRow, Store, Task};
use gingersnap::token::PersonId;
use gingersnap::{Clock, SystemClock, Timestamp};

use self::kept::Kept;

/// Clones are handles of the same.
#[derive(Clone, Default)]
struct MapStore(Arc<Mutex<Kept>>);

impl MapStore {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer<T: Send + 'static>(&self, ask: impl FnOnce(&mut Kept, Timestamp) -> T) -> Answer<'_, T> {
        let now = SystemClock.now();
        Box::pin(future::ready(Ok((ask(&mut self.kept(), now), now))))
    }
}

impl Store for MapStore {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        self.answer(|kept, _| kept.record(id))
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(async { Ok(self.kept().apply(operations, SystemClock.now())) })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        self.answer(|kept, now| kept.sign_ins.sign_ins(person, now))
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        self.answer(|kept, _| kept.sign_ins.feed(mark))
    }

    fn changed(&self) -> Changed {
        Box::pin(tokio::time::sleep(Duration::from_secs(1)).map(|()| true))
    }

    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        self.answer(|kept, now| kept.purge(limit, now))
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        self.answer(|_, _| ())
    }

    fn spawn(&self, task: Task) {
        drop(tokio::spawn(task));
    }
}

impl fmt::Display for MapStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }
}

fn main() {
    drop(MapStore::default());
}

#[cfg(test)]
mod tests;
