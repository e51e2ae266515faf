//! Three `gingersnap demo` processes on one ring, and people who ask now one of them, now another: keys turn, nodes
//! restart, the ring's server dies, and nobody is signed out; a ring that is stolen is worthless on all three in time.
#![cfg(test)]
#![expect(clippy::print_stderr, reason = "the figures: how much was asked, and when what was refused")]

#[path = "../server/browser.rs"]
#[expect(dead_code, reason = "a part of what the tests of one server need")]
mod browser;
#[path = "../browser/dir.rs"]
mod dir;
#[path = "../server/help.rs"]
#[expect(dead_code, reason = "a part of what the tests of one server need")]
mod help;
#[path = "../../../../tests/servers/mod.rs"]
mod servers;

mod fleet;
mod lagging;
mod outages;
mod people;
mod ring;
mod stolen;
mod traffic;
mod turns;

use std::{
    thread,
    time::{Duration, Instant},
};

/// Polls for what must come; fails after a minute.
#[track_caller]
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "never: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}
