//! `disable`, `enable`, `revoke`, `emergency`: the keys that end, and those that do not come back.

use super::*;

#[test]
fn disabling_the_active_key_puts_no_retired_key_back_in_force() {
    let ring = ring().rotate(0, None, NOW, &mut random(2)).unwrap();
    let active = in_state(&ring, KeyState::Active, NOW).id();
    let disabled = ring.disable(active, NOW, &mut random(3)).unwrap();
    assert!(disabled.active(NOW).is_none());
    assert_eq!(seal(&disabled, NOW).unwrap_err(), SealError::NoActiveKey);
    in_state(&disabled, KeyState::Retiring, NOW);
    let enabled = disabled.enable(active, NOW).unwrap();
    assert_eq!(in_state(&enabled, KeyState::Active, NOW).id(), active);
}

#[test]
fn disabling_the_newest_of_two_unretired_keys_puts_the_older_one_back_in_force_neither() {
    let ring = edited(&ring(), |text| text.replace("\"not_before\": null", "\"not_before\": 1800000001"));
    let now = NOW.plus(1);
    let active = in_state(&ring, KeyState::Active, now).id();
    assert!(ring.disable(active, now, &mut random(3)).unwrap().active(now).is_none());
    assert!(ring.revoke(active, now, &mut random(3)).unwrap().active(now).is_none());
}

#[test]
fn without_an_active_key_opening_goes_on() {
    let ring = ring().rotate(0, None, NOW, &mut random(2)).unwrap();
    let token = seal(&ring, NOW).unwrap();
    let ring = ring.rotate(0, None, NOW.plus(1), &mut random(3)).unwrap();
    let active = in_state(&ring, KeyState::Active, NOW.plus(1)).id();
    let ring = ring.revoke(active, NOW.plus(1), &mut random(4)).unwrap();
    assert_eq!(seal(&ring, NOW.plus(1)).unwrap_err(), SealError::NoActiveKey);
    assert_eq!(open(&ring, &token, NOW.plus(1)), Ok(()));
}

#[test]
fn a_disabled_key_opens_again_when_it_is_enabled() {
    let ring = ring();
    let token = seal(&ring, NOW).unwrap();
    let active = in_state(&ring, KeyState::Active, NOW).id();
    let disabled = ring.disable(active, NOW, &mut random(2)).unwrap();
    assert_eq!(open(&disabled, &token, NOW), Err(Refusal::KeyDisabled));
    assert_eq!(open(&disabled.enable(active, NOW).unwrap(), &token, NOW), Ok(()));
}

#[test]
fn a_revoked_key_never_opens_again() {
    let ring = ring();
    let token = seal(&ring, NOW).unwrap();
    let active = in_state(&ring, KeyState::Active, NOW).id();
    let revoked = ring.revoke(active, NOW, &mut random(2)).unwrap();
    assert_eq!(open(&revoked, &token, NOW), Err(Refusal::KeyRevoked));
    for error in [
        revoked.enable(active, NOW).unwrap_err(),
        revoked.promote(active, NOW, &mut random(3)).unwrap_err(),
        revoked.disable(active, NOW, &mut random(3)).unwrap_err(),
        revoked.revoke(active, NOW, &mut random(3)).unwrap_err(),
    ] {
        assert_eq!(error.kind(), KeyringErrorKind::WrongState);
        assert_eq!(error.hint(), Some("revoking is for good"));
    }
}

#[test]
fn withdrawing_a_staged_key_keeps_its_predecessor_in_force() {
    let ring = ring().rotate(3_600, None, NOW, &mut random(2)).unwrap();
    let (active, staged) = (in_state(&ring, KeyState::Active, NOW), in_state(&ring, KeyState::Staged, NOW));
    assert_eq!(active.retired_at(), Some(NOW.plus(3_600)));
    for withdrawn in [
        ring.disable(staged.id(), NOW, &mut random(3)).unwrap(),
        ring.revoke(staged.id(), NOW, &mut random(3)).unwrap(),
    ] {
        let then = NOW.plus(3_601);
        assert_eq!(in_state(&withdrawn, KeyState::Active, then).id(), active.id());
        assert_eq!(withdrawn.key(active.id()).unwrap().retired_at(), None);
        in_state(&withdrawn, KeyState::Standby, then);
    }
}

#[test]
fn disabling_a_successor_that_is_in_force_brings_nothing_back() {
    let ring = ring().rotate(3_600, None, NOW, &mut random(2)).unwrap();
    let then = NOW.plus(3_600);
    let successor = in_state(&ring, KeyState::Active, then).id();
    let ring = ring.disable(successor, then, &mut random(3)).unwrap();
    assert!(ring.active(then).is_none());
    in_state(&ring, KeyState::Retiring, then);
}

#[test]
fn a_ring_whose_standby_is_revoked_gets_another() {
    let ring = ring();
    let standby = in_state(&ring, KeyState::Standby, NOW).id();
    let ring = ring.revoke(standby, NOW, &mut random(2)).unwrap();
    assert_ne!(in_state(&ring, KeyState::Standby, NOW).id(), standby);
}

#[test]
fn emergency_makes_the_stolen_ring_worthless_in_one_write() {
    let stolen = ring().rotate(3_600, None, NOW, &mut random(2)).unwrap();
    let standby = in_state(&stolen, KeyState::Standby, NOW).id();
    let thief = stolen.promote(in_state(&stolen, KeyState::Staged, NOW).id(), NOW, &mut random(9)).unwrap();
    let thief_with_standby = thief.promote(standby, NOW, &mut random(9)).unwrap();
    let ring = stolen.emergency(NOW, &mut random(3)).unwrap();
    assert_eq!(ring.generation(), stolen.generation() + 1);
    for forged in [seal(&stolen, NOW), seal(&thief, NOW), seal(&thief_with_standby, NOW)] {
        assert_eq!(open(&ring, &forged.unwrap(), NOW), Err(Refusal::KeyRevoked));
    }
    assert!(stolen.keys().iter().all(|key| state(&ring, key, NOW) == KeyState::Revoked));
    assert!(stolen.key(in_state(&ring, KeyState::Active, NOW).id()).is_none());
    assert!(stolen.key(in_state(&ring, KeyState::Standby, NOW).id()).is_none());
    assert_eq!(open(&ring, &seal(&ring, NOW).unwrap(), NOW), Ok(()));
}

#[test]
fn emergency_works_on_a_full_ring_and_twice_in_one_second() {
    let mut full = ring();
    while let Ok(more) = full.add(Suite::default(), "", NOW, &mut random(full.generation() + 50)) {
        full = more;
    }
    assert_eq!(full.keys().len(), Keyring::MAX_KEYS);
    let twice = full.emergency(NOW, &mut random(2)).unwrap().emergency(NOW, &mut random(3)).unwrap();
    in_state(&twice, KeyState::Active, NOW);
    assert!(Keyring::parse(&twice.to_bytes()).is_ok());
}

#[test]
fn no_number_of_rotations_keeps_an_emergency_from_its_keys() {
    let mut full = ring();
    let refused = loop {
        match full.rotate(0, None, NOW, &mut random(full.generation() + 50)) {
            Ok(more) => full = more,
            Err(error) => break error,
        }
    };
    assert_eq!(
        (refused.kind(), refused.to_string().as_str()),
        (KeyringErrorKind::Full, "the ring has 256 keys already")
    );
    let standby = in_state(&full, KeyState::Standby, NOW).id();
    assert_eq!(full.promote(standby, NOW, &mut random(2)).unwrap_err().kind(), KeyringErrorKind::Full);
    in_state(&full.emergency(NOW, &mut random(3)).unwrap(), KeyState::Active, NOW);
}

#[test]
fn revoking_by_creation_withdraws_a_staged_key_and_spares_later_ones() {
    let ring = ring().rotate(3_600, None, NOW, &mut random(2)).unwrap();
    let now = NOW.plus(1);
    let ring = ring.revoke_created_before(now, now, &mut random(3)).unwrap();
    assert!(ring.active(NOW.plus(3_600)).is_none());
    let standby = in_state(&ring, KeyState::Standby, now).id();
    // A machine whose clock is behind makes no key that is dead from the start.
    let ring = ring.promote(standby, now, &mut random(4)).unwrap();
    let ring = ring.add(Suite::default(), "", NOW, &mut random(5)).unwrap();
    assert!(ring.keys().last().is_some_and(|key| key.created() == now));
    assert_eq!(in_state(&ring, KeyState::Active, now).id(), standby);
}

#[test]
fn cuts_are_not_in_the_future_and_never_go_back() {
    let ring = ring().end_sessions_before(NOW, NOW).unwrap();
    assert_eq!(ring.sessions_dead_before(), Some(NOW));
    let error = ring.end_sessions_before(NOW.plus(1), NOW).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (KeyringErrorKind::BadArgument, "the cut is in the future")
    );
    let error = ring.end_sessions_before(NOW, NOW).unwrap_err();
    assert_eq!(error.kind(), KeyringErrorKind::NothingToDo);
    assert!(ring.end_sessions_before(NOW.plus(1), NOW.plus(1)).is_ok());
}

#[test]
fn an_emergency_leaves_a_key_that_seals_on_nodes_whose_clocks_are_behind() {
    let now = NOW.plus(DAY);
    let behind = NOW.plus(DAY - SKEW);
    let ring = ring().emergency(now, &mut random(7)).unwrap();
    assert_eq!(ring.active(behind).map(Key::id), ring.active(now).map(Key::id));
    assert!(ring.active(behind).is_some());
    // Nor does a key that came into force just now stand in its way.
    let promoted = ring.rotate(0, None, now.plus(10), &mut random(8)).unwrap();
    let again = promoted.emergency(now.plus(11), &mut random(9)).unwrap();
    let active = again.active(now.plus(11)).unwrap();
    assert!(promoted.key(active.id()).is_none(), "it is one of the new keys");
}

#[test]
fn an_emergency_has_room_whatever_was_done_before() {
    let mut ring = ring();
    let mut seed = 100;
    // Each disabled standby is replaced: beyond what `add` allows, to the last that a ring may have.
    while let Ok(next) = {
        let standby = in_state(&ring, KeyState::Standby, NOW).id();
        seed += 1;
        ring.disable(standby, NOW, &mut random(seed))
    } {
        ring = next;
    }
    assert_eq!(ring.keys().len(), 2 * Keyring::MAX_KEYS);
    let after = ring.emergency(NOW, &mut random(99)).unwrap();
    assert_eq!((after.keys().len(), after.tombstones().len()), (2, 2 * Keyring::MAX_KEYS));
    assert!(after.active(NOW).is_some());
}
