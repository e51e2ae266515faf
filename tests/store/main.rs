//! Stores of sessions: in memory, in files, on real servers of PostgreSQL and Redis.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]
#![allow(dead_code, reason = "which of the helpers are needed depends on the features")]

mod broken;
mod faulty;
mod memory;
mod open;
mod ops;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod outages;
#[cfg(feature = "postgres")]
mod pooler;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod proxy;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "redis")]
mod redis_faults;
mod sample;
#[cfg(any(feature = "postgres", feature = "redis"))]
#[path = "../servers/mod.rs"]
mod servers;
#[cfg(feature = "sqlite")]
mod sqlite;
mod suite;

use gingersnap::Timestamp;
use gingersnap::store::{Applied, Op, Record, RecordId, Store, StoreError, StoreErrorKind};
use gingersnap::token::PersonId;

fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

fn person(number: u8) -> Option<PersonId> {
    Some(PersonId::from_bytes([number; 16]))
}

fn record(version: u32, bytes: &[u8]) -> Record {
    Record { version, bytes: bytes.to_vec() }
}

/// A guest's record that lives for an hour.
fn insert(number: u8, record: Record) -> Op {
    Op::Insert { id: id(number), owner: None, lifetime: 3_600, record }
}

fn replace(number: u8, was: u32, record: Record) -> Op {
    Op::Replace { id: id(number), was, owner: None, lifetime: 3_600, record }
}

fn remove(number: u8, owner: Option<PersonId>) -> Op {
    Op::Remove { id: id(number), owner }
}

async fn load(store: &dyn Store, number: u8) -> Option<Record> {
    store.load(id(number)).await.unwrap().0
}

async fn apply(store: &dyn Store, operations: &[Op]) -> Applied {
    store.apply(operations).await.unwrap().0
}

#[track_caller]
fn fails<T>(result: Result<T, StoreError>, kind: StoreErrorKind, message: &str, hint: Option<&str>) {
    let Err(error) = result else { panic!("it is done") };
    assert_eq!((error.kind(), error.to_string().as_str(), error.hint()), (kind, message, hint));
    assert!(!format!("{error:?}").contains("hunter2"));
}

/// The machine's clock.
#[expect(clippy::disallowed_methods, reason = "what a store's clock is compared with")]
fn now() -> Timestamp {
    let past_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_unix(past_1970.unwrap().as_secs())
}
