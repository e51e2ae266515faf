//! Behaviours of `docs/BEHAVIOURS.md` that no other test shows in the words of that document.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod app;

mod concurrency;
mod cookies;
mod data;
mod limits;
mod sending;
mod tampering;
mod time;
