//! Clocks and rings.

use gingersnap::keyring::{KeyState, Keyring};
use gingersnap::testing::{self, TestClock};
use gingersnap::{Clock as _, Policy, SessionLayer, Timestamp};

use crate::app::Cart;

#[test]
fn a_clock_stands_still_until_a_test_moves_it_and_clones_show_the_same() {
    let clock = TestClock::new();
    let same = clock.clone();
    assert_eq!(same.now().unix(), 1_800_000_000);
    assert_eq!(TestClock::default().now().unix(), TestClock::START);
    clock.advance(90);
    assert_eq!(same.now().unix(), TestClock::START + 90);
    clock.set(7);
    assert_eq!(same.now().unix(), 7);
}

#[test]
fn a_ring_seals_at_any_time_and_has_a_standby() {
    let ring = testing::keyring();
    for now in [0, 1, TestClock::START, u64::from(u32::MAX)].map(Timestamp::from_unix) {
        let states = ring.keys().iter().map(|key| ring.state(key, now)).collect::<Vec<_>>();
        assert_eq!(states, [KeyState::Active, KeyState::Standby], "{now}");
    }
}

#[test]
fn any_policy_that_is_possible_at_all_fits_the_ring() {
    let longest = Policy::standard().absolute_timeout(Keyring::MAX_LONGEST_SESSION);
    let sessions = SessionLayer::builder(testing::keyring(), "tests").session::<Cart>("cart");
    assert!(sessions.policy(longest).build().is_ok());
}

#[test]
fn no_two_rings_are_the_same() {
    let (one, two) = (testing::keyring(), testing::keyring());
    assert_ne!(one.ring_id(), two.ring_id());
    assert_ne!(one.keys().first().unwrap().id(), two.keys().first().unwrap().id());
}
