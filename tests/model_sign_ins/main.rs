//! The rules of sign-ins and of their ends, tried on the shipped layer in any order of things.
//!
//! Two people and a thief with copies of their cookies, three nodes whose clocks differ, and one store: its answers are lost, its
//! writes come late, it is down, and loses its last writes in a fail-over; nodes hear of ends late, and start anew. After every step each
//! node is asked who it takes each browser for. It must be what was promised of the sign-in that the browser has (`facts`).
//!
//! | word | meaning |
//! |---|---|
//! | `World` | browsers, nodes, the store, time, and the log of what happened |
//! | `Story`, `Step` | everything that happens; one thing of it |
//! | `Verb` | what a request's handler does |
//! | `Db`, `Fault` | the store, which can be put back to what it was; what happens to a write |
//! | `Facts`, `Token`, `Death` | what was promised so far: of an identity's value, whether it is dead, and who knows |
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod db;
mod facts;
mod laws;
#[path = "../model/lots.rs"]
mod lots;
mod node;
mod step;
mod world;

use crate::step::{Weather, story};

#[test]
fn what_ended_is_dead_everywhere_and_nothing_else_is() {
    lots::hold(story(Weather { faults: 2, losses: 1 }), CASES, world::run);
}

#[test]
fn no_fault_of_the_store_and_no_start_of_a_node_brings_an_end_back_or_ends_others() {
    lots::hold(story(Weather { faults: 25, losses: 8 }), CASES, world::run);
}

/// Stories of each test.
const CASES: u32 = 400;
