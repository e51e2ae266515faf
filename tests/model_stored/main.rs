//! The rules of sessions in a store, tried on the shipped layer in any order of things.
//!
//! Two tabs of one browser, another browser, three nodes whose clocks differ, and one store: its answers are lost, its writes
//! come late, it is down, loses its last writes in a fail-over, and is purged. A request may be held before each of its
//! calls. After every step each row is looked into, and every node is asked what it shows. It must be what was written
//! (`truth`), and what was done must keep the laws (`laws`).
//!
//! | word | meaning |
//! |---|---|
//! | `World` | browsers, nodes, the store, time and keys, and the log of what happened |
//! | `Story`, `Step` | everything that happens; one thing of it |
//! | `Script`, `Deed` | what a request's handler does, in order; one thing of that |
//! | `Flight`, `Came` | a request under way, with its calls of the store; its answer |
//! | `Db`, `Call`, `Fault` | the store's rows; one call of it; what happens to a write |
//! | `Meaning`, `Truth`, `Facts` | what a cookie's value is; what is in a row; all of both |
//! | `Shown` | what a browser must be shown |
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod db;
mod flight;
mod laws;
#[path = "../model/lots.rs"]
mod lots;
mod node;
mod operator;
mod places;
mod rows;
mod see;
mod site;
mod step;
mod store;
mod truth;
mod world;

use crate::step::{Weather, story};

#[test]
fn of_requests_that_are_held_at_every_call_none_undoes_what_another_did() {
    lots::hold(story(Weather { held: 40, faults: 3, turns: 6 }), CASES, world::run);
}

#[test]
fn no_fault_of_the_store_and_no_turn_of_time_loses_or_shows_what_it_must_not() {
    lots::hold(story(Weather { held: 6, faults: 15, turns: 30 }), CASES, world::run);
}

/// Stories of each test.
const CASES: u32 = 400;
