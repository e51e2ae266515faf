//! Sessions through the tower layer, as handlers and browsers meet them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod browser;
mod events;
#[path = "../cookie/pairs.rs"]
mod pairs;
mod rings;
mod scene;

mod authentication;
mod changes;
mod debug;
mod duplicates;
mod ended;
mod ends;
mod errors;
mod extractors;
mod flash;
mod goodbye;
mod headers;
mod hostile;
mod identity;
mod idle;
mod lapsed;
mod late;
mod laziness;
mod lending;
mod migration;
mod ownership;
mod panics;
mod refusals;
mod remember;
mod saved;
mod signed_in;
mod statuses;
mod surroundings;
mod times;
mod together;
mod too_late;
mod tripwire;
