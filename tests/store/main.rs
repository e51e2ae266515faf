//! Stores of sessions: in memory, and on real servers.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]

mod broken;
mod memory;
#[cfg(feature = "redis")]
mod redis;
mod sample;
#[cfg(feature = "redis")]
#[path = "../servers/mod.rs"]
mod servers;
mod suite;
