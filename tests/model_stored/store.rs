//! The store over the database of a story: what the layer asks, answered as the story says.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use gingersnap::Timestamp;
use gingersnap::store::{
    Answer, Applied, Changed, Feed, Op, Record, RecordId, SignInRow, Store, StoreError, StoreErrorKind, Task,
};
use gingersnap::token::PersonId;

use crate::db::{Call, Db, Fault, Inner, Row, Rows};

impl Inner {
    fn note(&mut self, call: Call) {
        if !self.is_quiet {
            self.calls.push((self.asks, call));
        }
    }

    /// Returns false if the store does not answer.
    fn answers(&mut self) -> bool {
        if self.is_down && !self.is_quiet {
            self.note(Call::Failed);
            return false;
        }
        true
    }

    fn load(&mut self, id: RecordId) -> Result<(Option<Record>, Timestamp), StoreError> {
        if !self.answers() {
            return Err(no_answer());
        }
        self.note(Call::Loaded(id.to_bytes()));
        Ok((self.rows.get(&id.to_bytes()).map(|row| row.record.clone()), Timestamp::from_unix(self.now)))
    }

    fn apply(&mut self, operations: &[Op]) -> Result<(Applied, Timestamp), StoreError> {
        if !self.answers() {
            return Err(no_answer());
        }
        match self.faults.pop_front().filter(|_| !self.is_quiet) {
            None => {}
            Some(Fault::LosesAnswer) => {
                let _ = self.carry_out(operations);
                self.note(Call::Lost);
                return Err(no_answer());
            }
            Some(fault) => {
                if fault == Fault::Late {
                    self.late.push((self.asks, operations.to_vec()));
                }
                self.note(Call::Failed);
                return Err(no_answer());
            }
        }
        Ok(self.carry_out(operations))
    }

    /// All operations, or none of them.
    pub(crate) fn carry_out(&mut self, operations: &[Op]) -> (Applied, Timestamp) {
        let mut rows = self.rows.clone();
        let now = Timestamp::from_unix(self.now);
        for (index, op) in operations.iter().enumerate() {
            if op.record_id().is_some() && !apply(&mut rows, op, self.now) {
                self.note(Call::Conflict);
                return (Applied::Conflict(index), now);
            }
        }
        self.rows = rows;
        let entered = operations.iter().filter_map(|op| entered(op, now));
        self.sign_ins.extend(entered);
        for op in operations.iter().filter(|op| matches!(op, Op::Insert { .. })) {
            if !self.used.insert(op.record_id().unwrap().to_bytes()) {
                self.note(Call::Revived);
            }
        }
        let records = operations.iter().filter(|op| op.record_id().is_some());
        self.note(Call::Applied(records.cloned().collect()));
        (Applied::Done, now)
    }
}

/// Carries out one operation on a record; returns false if its condition does not hold.
fn apply(rows: &mut Rows, op: &Op, now: u64) -> bool {
    let key = op.record_id().unwrap().to_bytes();
    match op {
        Op::Insert { owner, lifetime, record, .. } => {
            let row = Row { record: record.clone(), owner: *owner, ends: now + lifetime };
            !rows.contains_key(&key) && rows.insert(key, row).is_none()
        }
        Op::Replace { was, owner, lifetime, record, .. } => match rows.get_mut(&key) {
            Some(row) if row.record.version == *was => {
                *row = Row { record: record.clone(), owner: *owner, ends: now + lifetime };
                true
            }
            _ => false,
        },
        Op::Remove { owner, .. } => {
            if rows.get(&key).is_some_and(|row| row.owner == *owner) {
                rows.remove(&key);
            }
            true
        }
        other => panic!("an operation that the model does not know: {other:?}"),
    }
}

fn entered(op: &Op, now: Timestamp) -> Option<SignInRow> {
    let Op::Enter { id, started_at, .. } = *op else { return None };
    let label = Vec::new();
    Some(SignInRow { id, first: id, started_at, sealed_at: now, seen_at: now, label })
}

fn no_answer() -> StoreError {
    StoreError::new(StoreErrorKind::Unreachable, "the story loses the answer")
}

/// Waits until the story lets the next call be carried out.
struct Turn(Db);

impl Future for Turn {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        match &mut self.0.inner().permits {
            Some(0) => Poll::Pending,
            Some(left) => {
                *left -= 1;
                Poll::Ready(())
            }
            None => Poll::Ready(()),
        }
    }
}

impl Store for Db {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        Box::pin(async move {
            Turn(self.clone()).await;
            self.inner().load(id)
        })
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(async move {
            // These stories are of records: whoever signs in or out, a store takes it at once and tells nothing of it.
            if operations.iter().all(|op| op.record_id().is_none()) {
                return Ok((Applied::Done, Timestamp::from_unix(self.inner().now)));
            }
            self.inner().note(Call::Asked);
            Turn(self.clone()).await;
            self.inner().apply(operations)
        })
    }

    fn sign_ins(&self, _: PersonId) -> Answer<'_, Vec<SignInRow>> {
        Box::pin(async move {
            let inner = self.inner();
            Ok((inner.sign_ins.clone(), Timestamp::from_unix(inner.now)))
        })
    }

    fn feed<'a>(&'a self, _: &'a [u8]) -> Answer<'a, Feed> {
        Box::pin(async move { Ok((Feed::default(), Timestamp::from_unix(self.inner().now))) })
    }

    /// Never: who wants to know asks.
    fn changed(&self) -> Changed {
        Box::pin(std::future::pending())
    }

    fn purge(&self, _: u32) -> Answer<'_, u32> {
        Box::pin(async move {
            let mut inner = self.inner();
            let (before, now) = (inner.rows.len(), inner.now);
            inner.rows.retain(|_, row| row.ends + PURGED_LATE > now);
            Ok((u32::try_from(before - inner.rows.len()).unwrap(), Timestamp::from_unix(now)))
        })
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(async move { Ok(((), Timestamp::from_unix(self.inner().now))) })
    }

    fn spawn(&self, task: Task) {
        let mut inner = self.inner();
        let asks = inner.asks;
        inner.tasks.push((asks, task));
    }
}

impl fmt::Display for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store of a story")
    }
}

/// Seconds from a row's end to its purge.
const PURGED_LATE: u64 = 3_600;
