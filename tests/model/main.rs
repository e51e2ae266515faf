//! The rules of who sees what, tried on the shipped layer in any order of things.
//!
//! Two tabs of one browser, another browser, and three nodes whose clocks differ and whose rings may lag; answers that
//! come at once, late, out of order, or never. After every step the nodes are asked what they show. It must be what a
//! small reference says (`reference`, `answer`), and it must keep the laws that need no reference (`laws`).
//!
//! `PROPTEST_CASES` sets how many stories each test tries, `PROPTEST_RNG_SEED` makes them the same again. One that fails is
//! made as short as it can be and printed.
//!
//! | word | meaning |
//! |---|---|
//! | `World` | browsers, nodes, time and keys, and the log of what happened |
//! | `Story`, `Step` | everything that happens; one thing of it |
//! | `Op`, `Script`, `Deed` | what a request is for; what its handler does, in order; one thing of that |
//! | `Flight`, `Came`, `Fate` | a request under way; its answer; when or whether that reaches the browser |
//! | `Saw`, `Told` | what a handler was shown; its news of one deed |
//! | `Jar`, `Token`, `Set` | the reference's idea of a browser's cookies; of one; of a field that sets or removes one |
//! | `Asked` | a request as the reference sees it: the jars, the ring, the node's clock |
//! | `Standing`, `Due` | the identity that came: good, dead, unsettled, none; when its activity was last written down |
//! | `Course` | the reference's cookies while the handler acts on them, deed by deed |
//! | `Cart`, `Draft` | a cart in a course: as it came, written, saved or gone; one that is not sealed yet |
//! | `Taken`, `Why` | what became of a guest's cart at a sign-in; why a change cannot be sent |
//! | `Kept` | the handles of a handler that keeps them beyond its answer |
//! | `Shown`, `lack` | a node's view before and after an answer; seconds by which activity may be behind |
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod answer;
mod browser;
mod course;
mod facts;
mod flight;
mod handler;
mod laws;
mod lots;
mod node;
mod reference;
mod site;
mod step;
mod tell;
mod world;

use crate::step::{Weather, story};

#[test]
fn no_answer_that_comes_late_shows_or_undoes_what_it_must_not() {
    lots::hold(story(Weather { late: 30, turns: 16 }), CASES, world::run);
}

#[test]
fn no_timeout_comes_early_or_late_and_no_rotation_signs_anybody_out() {
    lots::hold(story(Weather { late: 6, turns: 40 }), CASES, world::run);
}

/// Stories of each test.
const CASES: u32 = 1_000;
