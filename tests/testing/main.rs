//! The tools for applications' tests: each promise of `gingersnap::testing`, and that it fails where it should.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests and their helpers fail by panicking")]

mod app;
#[path = "../session/events.rs"]
mod events;

mod answers;
mod browser;
mod clock;
mod late;
mod merges;
mod mint;
mod requests;
mod spoilt;
