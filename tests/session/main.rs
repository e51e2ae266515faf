//! What handlers and browsers meet: sessions through the tower layer.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod browser;
mod events;
mod rings;
mod scene;

mod changes;
mod debug;
mod duplicates;
mod ended;
mod errors;
mod flash;
mod goodbye;
mod headers;
mod identity;
mod late;
mod laziness;
mod lending;
mod migration;
mod ownership;
mod panics;
mod refusals;
mod saved;
mod statuses;
mod times;
mod together;
mod too_late;
