//! Stores in tests: [`conforms`] tries a store of your own on every promise of [`Store`], as ours are tried; [`Faulty`] fails
//! when a test says so.
//!
//! The suite takes two handles of one store, as two nodes have them: the operator's, which may make tables, and a node's. A store
//! that has no such difference gives the same twice; an `Arc` of a store is one too. Any runtime will do, and on a
//! database that others use it touches but records with random ids, which it leaves to be purged.
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
//! A promise that is broken is a panic that says so: `mine breaks a promise: a removed record is not revived`.
//! `examples/own_store.rs` is a whole store, with its test.
//!
//! Not tried, since it would take an hour or a fault: that [`purge`](Store::purge) removes what ended more than an hour ago,
//! that a call ends within two seconds while the store is down, and that what was acknowledged survives a crash.

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

/// Tries a store on every promise of [`Store`], through two handles of it: one that may make tables, and a node's.
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
