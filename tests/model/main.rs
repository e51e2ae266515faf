//! The rules of who sees what, tried on the shipped layer in any order of things.
//!
//! Two tabs of one browser, another browser, and three nodes whose clocks differ and whose rings may lag; answers that
//! come at once, late, out of order, or never. After every step the nodes are asked what they show. It must be what a
//! small reference says (`reference`, `answer`), and it must keep the laws that need no reference (`laws`).
//!
//! `PROPTEST_CASES` sets how many stories each test tries. One that fails is made as short as it can be and printed.
//!
//! | word | meaning |
//! |---|---|
//! | `World` | browsers, nodes, time and keys, and the log of what happened |
//! | `Flight` | a request under way; `Came` is its answer, `Fate` says when or whether that reaches the browser |
//! | `Op`, `Step`, `Story` | what a handler does; one thing that happens; all that happens |
//! | `Saw` | what a handler was shown: the subject, the items of the cart, the messages |
//! | `Jar` | the reference's idea of the cookies that a browser holds |
//! | `Set` | one cookie that an answer sets or removes |
//! | `Asked` | one request as the reference sees it: the jars, the ring, the node's clock |
//! | `Standing` | what the reference says of an identity: good, dead, unsettled, none; `Due` is when its activity is written |
//! | `Kept` | what `save()` sealed while the handler ran |
//! | `lack` | seconds by which the activity that a browser holds may be behind the truth |
//! | `Shown` | what every node shows before and after an answer is delivered |
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

mod answer;
mod browser;
mod facts;
mod flight;
mod laws;
mod node;
mod reference;
mod site;
mod step;
mod tell;
mod world;

use std::sync::atomic::{AtomicBool, Ordering};

use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use crate::step::{Weather, story};

#[test]
fn no_answer_that_comes_late_shows_or_undoes_what_it_must_not() {
    holds_of_any_story(Weather { late: 30, turns: 16 });
}

#[test]
fn no_timeout_comes_early_or_late_and_no_rotation_signs_anybody_out() {
    holds_of_any_story(Weather { late: 6, turns: 40 });
}

fn holds_of_any_story(weather: Weather) {
    let cases = Config::default().cases.max(CASES);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&story(weather), |story| match FOUND.load(Ordering::Relaxed) {
        true => Ok(()),
        false => world::run(&story).map_err(TestCaseError::fail),
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(counterexample, _)) => {
            let is_first = !FOUND.swap(true, Ordering::Relaxed);
            assert!(is_first, "the other test has a counterexample");
            panic!("counterexample:\n{counterexample}");
        }
        Err(aborted) => panic!("{aborted}"),
    }
}

/// One counterexample is enough: the other test looks for no more, and shortens none.
static FOUND: AtomicBool = AtomicBool::new(false);
/// Stories of each test, unless `PROPTEST_CASES` says more.
const CASES: u32 = 1_000;
