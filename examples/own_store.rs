//! A store of one's own, and the suite that tries it: `cargo test --example own_store`.
//!
//! This one keeps records in a map. One on a database does the same in a transaction, by the database's clock.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gingersnap::store::{Answer, Applied, Op, Record, RecordId, Store, Task};
use gingersnap::token::PersonId;
use gingersnap::{Clock, SystemClock, Timestamp};

/// A record, its owner, and the end of its lifetime.
type Row = (Record, Option<PersonId>, Timestamp);

/// Clones are handles of the same records.
#[derive(Clone, Default)]
struct MapStore(Arc<Mutex<HashMap<RecordId, Row>>>);

impl MapStore {
    fn rows(&self) -> (MutexGuard<'_, HashMap<RecordId, Row>>, Timestamp) {
        (self.0.lock().unwrap_or_else(PoisonError::into_inner), SystemClock.now())
    }
}

/// Carries out one operation; `None` is a conflict.
fn carry_out(rows: &mut HashMap<RecordId, Row>, operation: &Op, now: Timestamp) -> Option<()> {
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
        _ => return None,
    }
    Some(())
}

impl Store for MapStore {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        let (rows, now) = self.rows();
        let record = rows.get(&id).map(|row| row.0.clone());
        Box::pin(async move { Ok((record, now)) })
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(async {
            let (mut rows, now) = self.rows();
            let mut changed = rows.clone(); // all or nothing
            for (index, operation) in operations.iter().enumerate() {
                if carry_out(&mut changed, operation, now).is_none() {
                    return Ok((Applied::Conflict(index), now));
                }
            }
            *rows = changed;
            Ok((Applied::Done, now))
        })
    }

    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        let (mut rows, now) = self.rows();
        let ended = rows.extract_if(|_, row| row.2.plus(3600) < now).take(limit as usize);
        let removed = ended.map(|_| 1).sum();
        Box::pin(async move { Ok((removed, now)) })
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(async { Ok(((), self.rows().1)) })
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
