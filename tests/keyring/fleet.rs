//! A fleet under an operator: laws that hold on every node, in any order of events.
//!
//! Two to five nodes whose clocks differ by up to a minute load one ring from one place, each at its own instants, and
//! may see it as it was a little earlier. They crash, start again with or without what they remember, and seal and open
//! for each other all the time. An operator with a clock of their own changes the ring; the place fails, is damaged,
//! and is given old backups by hand.
//!
//! Every answer must be the one of a small reference (`facts`), which calls nothing of the ring for its verdicts: it is
//! told the names of new keys, and the rest it works out. Beside it stand laws that need no reference (`laws`).
//!
//! `PROPTEST_CASES` sets how many stories each test tries. One that fails is made as short as it can be and printed.

mod facts;
mod laws;
mod node;
mod operator;
mod place;
mod step;
mod world;

use std::sync::atomic::{AtomicBool, Ordering};

use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use step::{Story, Weather};

/// The claim about histories in which every rotation is planned, with a propagation of twice the reload and a minute,
/// no other verb ends or forces anything, and the place stays whole: see `laws::planned`. Nodes crash, lag and differ.
#[test]
fn a_planned_rotation_is_noticed_by_nobody() {
    holds_of_any_story(Weather::Planned, 3_500);
}

/// The claim about every other: forced verbs, revocations, emergencies, outages, damage, backups put in by hand.
#[test]
fn no_history_brings_a_dead_key_back_or_loses_a_live_token() {
    holds_of_any_story(Weather::Any, 6_500);
}

fn holds_of_any_story(weather: Weather, cases: u32) {
    let cases = Config::default().cases.max(cases);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&step::story(weather), |story: Story| match FOUND.load(Ordering::Relaxed) {
        true => Ok(()),
        false => world::run(&story, weather).map_err(TestCaseError::fail),
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
