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
mod steps;

mod adoption;
mod any_order;
mod authentication;
mod certain;
mod changes;
mod clear_all;
mod compiler;
mod debug;
mod duplicates;
mod encodings;
mod ends;
mod errors;
mod extractors;
mod flash;
mod forgotten;
mod headers;
mod hostile;
mod identity;
mod idle;
mod late;
mod laziness;
mod lending;
mod lifetimes;
mod maybe_later;
mod merging;
mod messages;
mod migration;
mod misuse;
mod nested;
mod not_encoded;
mod owners;
mod panics;
mod refusals;
mod remember;
mod renamed;
mod room;
mod saved;
mod sign_out;
mod signed_in;
mod statuses;
mod stored;
mod stories;
mod surroundings;
mod times;
mod together;
mod too_late;
mod tripwire;
mod unseen;
mod unsettled;
mod whose;
