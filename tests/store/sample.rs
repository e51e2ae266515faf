//! Records, and operations on them.
#![allow(dead_code, reason = "which of them are needed depends on the features")]

use gingersnap::store::{Applied, Op, Record, RecordId, Store, StoreError};
use gingersnap::token::PersonId;

pub(crate) const ADA: Option<PersonId> = Some(PersonId::from_bytes([0xAD; 16]));

pub(crate) const fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

pub(crate) fn record(version: u32, bytes: &[u8]) -> Record {
    Record { version, bytes: bytes.into() }
}

/// A guest's record of version 1, for an hour.
pub(crate) fn insert(id: RecordId, bytes: &[u8]) -> Op {
    Op::Insert { id, owner: None, lifetime: 3600, record: record(1, bytes) }
}

/// The version after `was` of a guest's record.
pub(crate) fn replace(id: RecordId, was: u32, bytes: &[u8]) -> Op {
    Op::Replace { id, was, owner: None, lifetime: 3600, record: record(was + 1, bytes) }
}

pub(crate) async fn apply(store: &(impl Store + ?Sized), operations: &[Op]) -> Result<Applied, StoreError> {
    store.apply(operations).await.map(|(applied, _)| applied)
}

pub(crate) async fn load(store: &(impl Store + ?Sized), id: RecordId) -> Result<Option<Record>, StoreError> {
    store.load(id).await.map(|(record, _)| record)
}

/// Adds one to a record's version, unless another is faster.
pub(crate) async fn increment(store: &dyn Store, id: RecordId) -> Result<Applied, StoreError> {
    let was = load(store, id).await?.unwrap().version;
    apply(store, &[replace(id, was, (was + 1).to_string().as_bytes())]).await
}
