//! A store under trial, and the records that it is tried with.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::alarm::Alarm;
use crate::layer::OsEntropy;
use crate::store::{Answer, Applied, Op, Record, RecordId, Store};
use crate::testing::{fail, must};
use crate::token::PersonId;
use crate::{Entropy as _, Timestamp};

/// Two handles of the store, which take turns: each sees what the other did.
pub(super) struct Trial {
    pub(super) handles: [Arc<dyn Store>; 2],
    turn: AtomicUsize,
    /// The time of the last answer, in seconds since 1970.
    last: AtomicU64,
    alarm: Alarm,
}

impl Trial {
    pub(super) fn new(operator: Arc<dyn Store>, node: Arc<dyn Store>) -> Self {
        let handles = [operator, node];
        Self { handles, turn: AtomicUsize::new(0), last: AtomicU64::new(0), alarm: Alarm::new() }
    }

    pub(super) fn operator(&self) -> &Arc<dyn Store> {
        let [operator, _] = &self.handles;
        operator
    }

    pub(super) fn next(&self) -> &Arc<dyn Store> {
        let [operator, node] = &self.handles;
        if self.turn.fetch_add(1, Ordering::Relaxed).is_multiple_of(2) { operator } else { node }
    }

    pub(super) async fn load(&self, id: RecordId) -> Option<Record> {
        self.answer(self.next().load(id)).await
    }

    pub(super) async fn apply(&self, operations: &[Op]) -> Applied {
        self.answer(self.next().apply(operations)).await
    }

    /// Applies what must be done.
    pub(super) async fn done(&self, operations: &[Op], promise: &str) {
        let applied = self.apply(operations).await;
        self.promise(applied == Applied::Done, promise);
    }

    /// Loads what must be there, or not.
    pub(super) async fn finds(&self, id: RecordId, expected: Option<&Record>, promise: &str) {
        let record = self.load(id).await;
        self.promise(record.as_ref() == expected, promise);
    }

    /// What the answer is, once it is one: in time, no error, with the time by the one clock.
    pub(super) async fn answer<T>(&self, answer: Answer<'_, T>) -> T {
        let answer = self.within(answer, "a call is answered within two seconds").await;
        let (answer, time) = match answer {
            Ok(answer) => answer,
            Err(error) => self.broken(&format!("what can be done is done, and not: {error:?}")),
        };
        self.promise(
            SENSIBLE.contains(&time.unix()),
            "an answer carries the time by the store's clock, in seconds since 1970",
        );
        let last = self.last.swap(time.unix(), Ordering::Relaxed);
        self.promise(
            Timestamp::from_unix(last) <= time,
            "all handles answer with the time of one clock, which does not go back",
        );
        answer
    }

    pub(super) async fn within<T>(&self, work: impl Future<Output = T>, promise: &str) -> T {
        match self.alarm.within(work).await {
            Some(done) => done,
            None => self.broken(promise),
        }
    }

    pub(super) fn promise(&self, holds: bool, promise: &str) {
        if !holds {
            self.broken(promise);
        }
    }

    fn broken(&self, promise: &str) -> ! {
        fail(&format!("{} breaks a promise: {promise}", self.operator()))
    }
}

/// A random id, with all that a driver might trip over: zeros, quotes, line ends, what is no UTF-8.
pub(super) fn new_id() -> RecordId {
    let mut bytes = *b"\0\"'\\\n\xFF\xC3%........";
    if let Some(random) = bytes.last_chunk_mut::<8>() {
        must(OsEntropy.fill(random).map_err(|_| "the operating system has none"), "no random bytes");
    }
    RecordId::from_bytes(bytes)
}

pub(super) fn person(number: u8) -> Option<PersonId> {
    Some(PersonId::from_bytes([number; 16]))
}

pub(super) fn record(version: u32, text: &str) -> Record {
    Record { version, bytes: text.into() }
}

/// Makes a guest's record for an hour.
pub(super) fn insert(id: RecordId, record: &Record) -> Op {
    Op::Insert { id, owner: None, lifetime: 3600, record: record.clone() }
}

/// Replaces a record by a guest's for an hour.
pub(super) fn replace(id: RecordId, was: u32, record: &Record) -> Op {
    Op::Replace { id, was, owner: None, lifetime: 3600, record: record.clone() }
}

/// From 2001 to 5138: milliseconds would be later, and a clock that nobody set is earlier.
const SENSIBLE: core::ops::Range<u64> = 1_000_000_000..100_000_000_000;
