//! A store for attacks: it reads what the shop's own has, and keeps to itself what is written, and who signs in and out.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gingersnap::Timestamp;
use gingersnap::store::{
    Answer, Applied, Changed, Feed, Op, Record, RecordId, SignInRow, SignInTable, Store, StoreError, Task,
};
use gingersnap::token::PersonId;

/// The shop's records, and on top of them what one attack changed; none where it removed one.
#[derive(Clone)]
pub(super) struct Sandbox {
    below: Arc<dyn Store>,
    changed: Arc<Mutex<HashMap<RecordId, Option<Record>>>>,
    sign_ins: Arc<Mutex<SignInTable>>,
}

impl Sandbox {
    pub(super) fn over(below: Arc<dyn Store>) -> Self {
        Self { below, changed: Arc::default(), sign_ins: Arc::default() }
    }

    /// The shop's store's time.
    async fn now(&self) -> Result<Timestamp, StoreError> {
        self.below.load(RecordId::from_bytes([0; 16])).await.map(|(_, now)| now)
    }

    fn listed(&self) -> MutexGuard<'_, SignInTable> {
        self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner)
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
            let (mut changes, now) = (HashMap::new(), self.now().await?);
            let (mut sign_ins, mut answered) = (self.listed().clone(), now);
            for (index, operation) in operations.iter().enumerate() {
                let Some(id) = operation.record_id() else {
                    match sign_ins.apply(operation, now) {
                        Some(time) => answered = answered.max(time),
                        None => return Ok((Applied::Conflict(index), now)),
                    }
                    continue;
                };
                let (found, _) = self.load(id).await?;
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
            *self.listed() = sign_ins;
            self.changed.lock().unwrap_or_else(PoisonError::into_inner).extend(changes);
            Ok((Applied::Done, answered))
        })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        Box::pin(async move {
            let now = self.now().await?;
            Ok((self.listed().sign_ins(person, now), now))
        })
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        Box::pin(async {
            let now = self.now().await?;
            Ok((self.listed().feed(mark), now))
        })
    }

    fn changed(&self) -> Changed {
        self.below.changed()
    }

    fn purge(&self, _: u32) -> Answer<'_, u32> {
        Box::pin(async { Ok((0, self.now().await?)) })
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(async { Ok(((), self.now().await?)) })
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
