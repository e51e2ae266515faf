//! The store over the database of a story: what the layer asks, answered as the story says.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use gingersnap::Timestamp;
use gingersnap::store::{
    Answer, Applied, Feed, Op, Record, RecordId, SignInRow, Store, StoreError, StoreErrorKind, Task,
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
        let (mut rows, mut sign_ins) = (self.rows.clone(), self.sign_ins.clone());
        let now = Timestamp::from_unix(self.now);
        let mut answered = now;
        for (index, op) in operations.iter().enumerate() {
            let done = if op.record_id().is_some() {
                apply(&mut rows, op, self.now).then_some(now)
            } else {
                sign_ins.apply(op, now)
            };
            let Some(time) = done else {
                self.note(Call::Conflict);
                return (Applied::Conflict(index), now);
            };
            answered = answered.max(time);
        }
        (self.rows, self.sign_ins) = (rows, sign_ins);
        for op in operations.iter().filter(|op| matches!(op, Op::Insert { .. })) {
            if !self.used.insert(op.record_id().unwrap().to_bytes()) {
                self.note(Call::Revived);
            }
        }
        self.note(Call::Applied(operations.to_vec()));
        (Applied::Done, answered)
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
            self.inner().note(Call::Asked);
            Turn(self.clone()).await;
            self.inner().apply(operations)
        })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        Box::pin(async move {
            let inner = self.inner();
            let now = Timestamp::from_unix(inner.now);
            Ok((inner.sign_ins.sign_ins(person, now), now))
        })
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        Box::pin(async move {
            let mut inner = self.inner();
            if !inner.answers() {
                return Err(no_answer());
            }
            Ok((inner.sign_ins.feed(mark), Timestamp::from_unix(inner.now)))
        })
    }

    /// Never: who wants to know asks.
    fn changed(&self) -> Task {
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
