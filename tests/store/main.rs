//! Stores of sessions: in memory, in files, and on real servers.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]

mod broken;
#[path = "../session/events.rs"]
#[cfg(any(feature = "postgres", feature = "redis"))]
mod events;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod failover;
mod faulty;
mod memory;
mod open;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod outages;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod place;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod proxy;
#[cfg(feature = "redis")]
mod redis;
#[cfg(feature = "redis")]
mod redis_faults;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod round_trips;
mod sample;
#[cfg(any(feature = "postgres", feature = "redis"))]
#[path = "../servers/mod.rs"]
mod servers;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod sessions;
#[cfg(feature = "sqlite")]
mod sqlite;
mod suite;
#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
mod tables;
