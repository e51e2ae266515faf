//! A store for attacks: it reads what the shop's own has, and keeps to itself what is written.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use gingersnap::store::{Answer, Applied, Feed, Op, Record, RecordId, SignInRow, Store, Task};
use gingersnap::token::PersonId;

/// The shop's records, and on top of them what one attack changed; none where it removed one.
#[derive(Clone)]
pub(super) struct Sandbox {
    below: Arc<dyn Store>,
    changed: Arc<Mutex<HashMap<RecordId, Option<Record>>>>,
}

impl Sandbox {
    pub(super) fn over(below: Arc<dyn Store>) -> Self {
        Self { below, changed: Arc::default() }
    }

    /// The record as it was changed here; none if nothing here changed it.
    fn changed(&self, id: RecordId) -> Option<Option<Record>> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }
}

impl Store for Sandbox {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        Box::pin(async move {
            let (below, now) = self.below.load(id).await?;
            Ok((self.changed(id).unwrap_or(below), now))
        })
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(async move {
            let mut changes = HashMap::new();
            let mut time = None;
            for (index, operation) in operations.iter().enumerate() {
                // Who signs in or out here does so nowhere else.
                let Some(id) = operation.record_id() else { continue };
                let (found, now) = self.load(id).await?;
                time = Some(now);
                let next = match operation {
                    Op::Insert { record, .. } if found.is_none() => Some(record.clone()),
                    Op::Replace { was, record, .. }
                        if found.as_ref().is_some_and(|it| it.version == *was) =>
                    {
                        Some(record.clone())
                    }
                    // Whose it is the seal says: a copy of the shop's does not ask.
                    Op::Remove { .. } => None,
                    _ => return Ok((Applied::Conflict(index), now)),
                };
                changes.insert(id, next);
            }
            let now = match time {
                Some(now) => now,
                None => self.below.load(RecordId::from_bytes([0; 16])).await?.1,
            };
            self.changed.lock().unwrap_or_else(PoisonError::into_inner).extend(changes);
            Ok((Applied::Done, now))
        })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        self.below.sign_ins(person)
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        self.below.feed(mark)
    }

    fn changed(&self) -> Task {
        self.below.changed()
    }

    fn purge(&self, _: u32) -> Answer<'_, u32> {
        Box::pin(async { Ok((0, self.below.load(RecordId::from_bytes([0; 16])).await?.1)) })
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(async { Ok(((), self.below.load(RecordId::from_bytes([0; 16])).await?.1)) })
    }

    fn spawn(&self, task: Task) {
        self.below.spawn(task);
    }
}

impl fmt::Display for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a copy of {}", self.below)
    }
}
