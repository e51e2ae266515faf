//! Stores in tests: [`conforms`] tests a store of your own for every promise of [`Store`], as ours are tested; [`Faulty`] fails
//! when a test says so.
//!
//! The suite takes two handles to one store, as two nodes have them: the operator's, which may make tables, and a node's. If your
//! store makes no such difference, give the same handle twice; an `Arc` of a store is a handle too. Any runtime will do. On a
//! database that others use, the suite touches only records with random ids, which it leaves to be purged.
//!
//! ```
//! use gingersnap::store::MemoryStore;
//! use gingersnap::testing::store::conforms;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! // In a `#[tokio::test]`:
//! let store = MemoryStore::new();
//! conforms(store.clone(), store).await;
//! # }
//! ```
//!
//! A broken promise is a panic that says so: `mine breaks a promise: a removed record is not revived`.
//! `examples/own_store/main.rs` is a whole store, with its test.
//!
//! Three promises are not tested, since that would take an hour or a fault: that [`purge`](Store::purge) removes records that
//! ended more than an hour ago, that a call ends within two seconds while the store is down, and that an acknowledged write
//! survives a crash.

mod alarm;
mod faulty;
mod outcome;
mod parallel;
mod records;
mod sign_ins;
mod together;
mod trial;
mod upkeep;

use std::sync::Arc;

pub use faulty::{Fault, Faulty};

use crate::store::Store;
use trial::Trial;

/// Tests a store for every promise of [`Store`], through two handles to it: one that may make tables, and a node's.
///
/// # Panics
/// At the first promise that is broken, with its name.
pub async fn conforms(operator: impl Store, node: impl Store) {
    let trial = Trial::new(Arc::new(operator), Arc::new(node));
    upkeep::tables_are_made(&trial).await;
    records::all(&trial).await;
    together::all(&trial).await;
    upkeep::all(&trial).await;
    parallel::all(&trial).await;
    sign_ins::all(&trial).await;
}
