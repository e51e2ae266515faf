//! A store that is tested, and the records that it is tested with.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use super::alarm::Alarm;
use crate::layer::OsEntropy;
use crate::store::{Answer, Applied, Op, Record, RecordId, Store};
use crate::testing::{fail, must};
use crate::token::PersonId;
use crate::{Entropy as _, Timestamp};

/// Two handles to the store, which take turns: each sees what the other did.
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

    /// Applies operations that must be done.
    pub(super) async fn done(&self, operations: &[Op], promise: &str) {
        let applied = self.apply(operations).await;
        self.promise(applied == Applied::Done, promise);
    }

    /// Loads a record, which must be the expected one, or must not be there.
    pub(super) async fn finds(&self, id: RecordId, expected: Option<&Record>, promise: &str) {
        let record = self.load(id).await;
        self.promise(record.as_ref() == expected, promise);
    }

    /// The result of an answer that must come in time, without an error, and with the time of the one clock.
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

/// A random id, with everything that a driver might stumble over: zeros, quotes, line ends, bytes that are not UTF-8.
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

/// Makes a guest's record that lives for an hour.
pub(super) fn insert(id: RecordId, record: &Record) -> Op {
    Op::Insert { id, owner: None, lifetime: 3600, record: record.clone() }
}

/// Replaces a record by a guest's that lives for an hour.
pub(super) fn replace(id: RecordId, was: u32, record: &Record) -> Op {
    Op::Replace { id, was, owner: None, lifetime: 3600, record: record.clone() }
}

/// From 2001 to 5138: a time in milliseconds would be later, and a clock that nobody has set would be earlier.
const SENSIBLE: core::ops::Range<u64> = 1_000_000_000..100_000_000_000;
