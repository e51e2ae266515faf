//! `add`, `rotate`, `promote`: nobody is signed out.

use super::*;

#[test]
fn a_rotation_opens_what_was_sealed_before_and_after_it_on_every_node() {
    let old = ring();
    let before = seal(&old, NOW).unwrap();
    let new = old.rotate(3_600, None, NOW, &mut random(2)).unwrap();
    let then = NOW.plus(3_600);
    let after = seal(&new, then).unwrap();
    assert_eq!(open(&new, &before, then), Ok(()));
    // A node that has not loaded the new ring has the key all the same: it was the standby.
    assert_eq!(open(&old, &after, then), Ok(()));
}

#[test]
fn a_session_sealed_in_the_last_second_of_a_key_lives_as_long_as_any() {
    let ring = ring().rotate(3_600, None, NOW, &mut random(2)).unwrap();
    let last = NOW.plus(3_599);
    let token = seal(&ring, last).unwrap();
    assert_eq!(open(&ring, &token, last.plus(LONGEST)), Ok(()));
    assert_eq!(open(&ring, &token, last.plus(LONGEST + SKEW)), Err(Refusal::TooOld));
    assert_eq!(open(&ring, &token, last.plus(LONGEST + SKEW + 1)), Err(Refusal::KeyExpired));
}

#[test]
fn rotate_adds_a_new_standby() {
    let old = ring();
    let new = old.rotate(3_600, None, NOW, &mut random(2)).unwrap();
    assert_eq!(new.generation(), 2);
    let standby = in_state(&new, KeyState::Standby, NOW);
    assert!(old.key(standby.id()).is_none());
}

#[test]
fn rotate_without_propagation_comes_into_force_at_once() {
    let old = ring();
    let standby = in_state(&old, KeyState::Standby, NOW).id();
    let new = old.rotate(0, None, NOW, &mut random(2)).unwrap();
    assert_eq!(in_state(&new, KeyState::Active, NOW).id(), standby);
    in_state(&new, KeyState::Retiring, NOW);
}

#[test]
fn rotate_takes_the_oldest_standby_unless_one_is_named() {
    let ring = ring();
    let oldest = in_state(&ring, KeyState::Standby, NOW).id();
    let ring = ring.add(Suite::XChaCha20Poly1305, "", NOW.plus(1), &mut random(2)).unwrap();
    let newest = ring.keys().last().unwrap().id();
    let staged = |key| {
        let ring = ring.rotate(60, key, NOW.plus(2), &mut random(3)).unwrap();
        in_state(&ring, KeyState::Staged, NOW.plus(2)).id()
    };
    assert_eq!(staged(None), oldest);
    assert_eq!(staged(Some(newest)), newest);
}

#[test]
fn after_a_change_of_suite_new_standbys_have_the_new_suite() {
    let ring = ring().add(Suite::XChaCha20Poly1305, "", NOW, &mut random(2)).unwrap();
    let chacha = ring.keys().last().unwrap().id();
    let ring = ring.promote(chacha, NOW, &mut random(3)).unwrap();
    let xaes = in_state(&ring, KeyState::Standby, NOW).id();
    let ring = ring.revoke(xaes, NOW, &mut random(4)).unwrap();
    assert_eq!(in_state(&ring, KeyState::Standby, NOW).suite(), Suite::XChaCha20Poly1305);
}

#[test]
fn a_second_rotation_waits_for_the_first() {
    let ring = ring().rotate(3_600, None, NOW, &mut random(2)).unwrap();
    let staged = in_state(&ring, KeyState::Staged, NOW).id();
    let standby = in_state(&ring, KeyState::Standby, NOW).id();
    let error = ring.rotate(3_600, None, NOW.plus(60), &mut random(3)).unwrap_err();
    assert_eq!(error.kind(), KeyringErrorKind::RotationPending);
    assert_eq!(error.to_string(), format!("a rotation is pending: key {staged} comes into force in 3540 s"));
    let error = ring.promote(standby, NOW, &mut random(3)).unwrap_err();
    assert_eq!(error.kind(), KeyringErrorKind::RotationPending);
    assert!(ring.rotate(3_600, None, NOW.plus(3_600), &mut random(3)).is_ok());
}

#[test]
fn promote_brings_a_staged_key_into_force_before_its_time() {
    let ring = ring().rotate(3_600, None, NOW, &mut random(2)).unwrap();
    let staged = in_state(&ring, KeyState::Staged, NOW).id();
    let now = NOW.plus(10);
    let ring = ring.promote(staged, now, &mut random(3)).unwrap();
    assert_eq!(in_state(&ring, KeyState::Active, now).id(), staged);
    assert_eq!(in_state(&ring, KeyState::Retiring, now).retired_at(), Some(now));
    assert_eq!(ring.keys().len(), 3);
}

#[test]
fn a_retired_key_is_not_promoted() {
    let ring = ring().rotate(0, None, NOW, &mut random(2)).unwrap();
    let retired = in_state(&ring, KeyState::Retiring, NOW).id();
    let error = ring.promote(retired, NOW, &mut random(3)).unwrap_err();
    assert_eq!(error.kind(), KeyringErrorKind::WrongState);
    assert_eq!(error.to_string(), format!("cannot promote key {retired}: it is retiring"));
    assert_eq!(error.hint(), Some("a key that has retired never seals again"));
}
