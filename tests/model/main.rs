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
mod node;
mod reference;
mod site;
mod step;
mod tell;
mod world;

use std::sync::atomic::{AtomicBool, Ordering};

use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

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
    for lot in 0..cases.div_ceil(LOT) {
        assert!(!FOUND.load(Ordering::Relaxed), "the other test has a counterexample");
        try_a_lot(weather, lot.into());
    }
}

fn try_a_lot(weather: Weather, lot: u64) {
    let config = Config { cases: LOT, failure_persistence: None, ..Config::default() };
    // Each lot has stories of its own, also where `PROPTEST_RNG_SEED` gives the run a seed.
    let rng_seed = match config.rng_seed {
        RngSeed::Fixed(seed) => RngSeed::Fixed(seed.wrapping_add(lot)),
        RngSeed::Random => RngSeed::Random,
    };
    let config = Config { rng_seed, ..config };
    let outcome = TestRunner::new(config).run(&story(weather), |story| match FOUND.load(Ordering::Relaxed) {
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
/// Stories that are tried before a look at the other test.
const LOT: u32 = 50;
