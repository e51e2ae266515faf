//! Stories, tried in lots.

use std::fmt::Debug;
use std::sync::atomic::{AtomicBool, Ordering};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

/// Tries stories until one fails, which is made as short as it can be: then panics with what went wrong in it. There are so many
/// `cases`, unless `PROPTEST_CASES` says more.
pub(crate) fn hold<S: Debug>(
    stories: impl Strategy<Value = S>,
    cases: u32,
    run: fn(&S) -> Result<(), String>,
) {
    let cases = Config::default().cases.max(cases);
    for lot in 0..cases.div_ceil(LOT) {
        assert!(!FOUND.load(Ordering::Relaxed), "the other test has a counterexample");
        try_a_lot(&stories, run, lot.into());
    }
}

fn try_a_lot<S: Debug>(stories: &impl Strategy<Value = S>, run: fn(&S) -> Result<(), String>, lot: u64) {
    let config = Config { cases: LOT, failure_persistence: None, ..Config::default() };
    // Each lot has stories of its own, also where `PROPTEST_RNG_SEED` gives the run a seed.
    let rng_seed = match config.rng_seed {
        RngSeed::Fixed(seed) => RngSeed::Fixed(seed.wrapping_add(lot)),
        RngSeed::Random => RngSeed::Random,
    };
    let config = Config { rng_seed, ..config };
    let outcome = TestRunner::new(config).run(stories, |story| match FOUND.load(Ordering::Relaxed) {
        true => Ok(()),
        false => run(&story).map_err(TestCaseError::fail),
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
/// Stories that are tried before a look at the other test.
const LOT: u32 = 50;
