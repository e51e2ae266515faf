//! Stores of sessions: in memory, in files, and on real servers.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]

mod broken;
mod memory;
mod open;
#[cfg(feature = "postgres")]
mod outages;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "postgres")]
mod proxy;
mod sample;
#[cfg(feature = "postgres")]
#[path = "../servers/mod.rs"]
mod servers;
#[cfg(feature = "sqlite")]
mod sqlite;
mod suite;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod tables;
