//! A store of one's own, and the suite that tries it: `cargo test --example own_store`.
//!
//! This one keeps records in a map, and sign-ins in the library's own table. One on a database does the same in a
//! transaction, by the database's clock; the documentation of `Op` says what each operation means.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gingersnap::store::{
    Answer, Applied, Changed, Feed, Op, Record, RecordId, SignInRow, SignInTable, Store, Task,
};
use gingersnap::token::PersonId;
use gingersnap::{Clock, SystemClock, Timestamp};

/// A record, its owner, and the end of its lifetime.
type Row = (Record, Option<PersonId>, Timestamp);

/// Clones are handles of the same.
#[derive(Clone, Default)]
struct MapStore(Arc<Mutex<Kept>>);

#[derive(Clone, Default)]
struct Kept {
    rows: HashMap<RecordId, Row>,
    sign_ins: SignInTable,
}

impl MapStore {
    fn kept(&self) -> (MutexGuard<'_, Kept>, Timestamp) {
        (self.0.lock().unwrap_or_else(PoisonError::into_inner), SystemClock.now())
    }
}

impl Kept {
    /// Carries out one operation, and returns the time to answer; `None` is a conflict.
    fn carry_out(&mut self, operation: &Op, now: Timestamp) -> Option<Timestamp> {
        let rows = &mut self.rows;
        match operation.clone() {
            Op::Insert { id, owner, lifetime, record } if !rows.contains_key(&id) => {
                rows.insert(id, (record, owner, now.plus(lifetime)));
            }
            Op::Replace { id, was, owner, lifetime, record } if rows.get(&id)?.0.version == was => {
                rows.insert(id, (record, owner, now.plus(lifetime)));
            }
            Op::Remove { id, owner } => {
                rows.extract_if(|it, row| *it == id && row.1 == owner).for_each(drop);
            }
            Op::Insert { .. } | Op::Replace { .. } => return None,
            Op::Erase { person, .. } => {
                rows.retain(|_, row| row.1 != Some(person));
                return self.sign_ins.apply(operation, now);
            }
            _ => return self.sign_ins.apply(operation, now),
        }
        Some(now)
    }
}

impl Store for MapStore {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        let (kept, now) = self.kept();
        let record = kept.rows.get(&id).map(|row| row.0.clone());
        Box::pin(async move { Ok((record, now)) })
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(async {
            let (mut kept, now) = self.kept();
            let (mut changed, mut answered) = (kept.clone(), now); // all or nothing
            for (index, operation) in operations.iter().enumerate() {
                match changed.carry_out(operation, now) {
                    Some(time) => answered = answered.max(time),
                    None => return Ok((Applied::Conflict(index), now)),
                }
            }
            *kept = changed;
            Ok((Applied::Done, answered))
        })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        let (kept, now) = self.kept();
        let sign_ins = kept.sign_ins.sign_ins(person, now);
        Box::pin(async move { Ok((sign_ins, now)) })
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        let (kept, now) = self.kept();
        let feed = kept.sign_ins.feed(mark);
        Box::pin(async move { Ok((feed, now)) })
    }

    fn changed(&self) -> Changed {
        Box::pin(async {
            tokio::time::sleep(Duration::from_secs(1)).await;
            true
        })
    }

    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        let (mut kept, now) = self.kept();
        let ended = kept.rows.extract_if(|_, row| row.2.plus(3600) < now).take(limit as usize);
        let removed: u32 = ended.map(|_| 1).sum();
        let removed = removed + kept.sign_ins.purge(limit - removed, now);
        Box::pin(async move { Ok((removed, now)) })
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(async { Ok(((), self.kept().1)) })
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
    let store: Arc<dyn Store> = Arc::new(MapStore::default());
    assert_eq!(store.to_string(), "a map");
}

#[cfg(test)]
mod tests {
    use gingersnap::testing::store::conforms;

    use super::MapStore;

    #[tokio::test]
    async fn it_keeps_every_promise() {
        let store = MapStore::default();
        conforms(store.clone(), store).await;
    }
}
