//! The table of states, at the seconds where they change.

use super::*;

const BEFORE: Timestamp = Timestamp::from_unix(NOW.unix() - 1);
const AFTER: Timestamp = Timestamp::from_unix(NOW.unix() + 1);

#[test]
fn a_new_ring_has_one_active_key_and_one_standby() {
    let ring = ring();
    assert_eq!(ring.keys().len(), 2);
    in_state(&ring, KeyState::Active, NOW);
    in_state(&ring, KeyState::Standby, NOW);
    assert_eq!((ring.generation(), ring.longest_session()), (1, LONGEST));
}

#[test]
fn a_standby_never_comes_into_force_by_itself() {
    let ring = ring();
    let standby = in_state(&ring, KeyState::Standby, NOW);
    assert_eq!(state(&ring, standby, Timestamp::from_unix(u32::MAX.into())), KeyState::Standby);
}

#[test]
fn a_staged_key_becomes_active_at_its_second_and_its_predecessor_retires() {
    let old = ring();
    let (first, second) = (in_state(&old, KeyState::Active, NOW), in_state(&old, KeyState::Standby, NOW));
    let ring = old.rotate(3_600, None, NOW, &mut random(2)).unwrap();
    let at = |offset: i64| Timestamp::from_unix((NOW.unix() + 3_600).checked_add_signed(offset).unwrap());
    let states = |now| (state(&ring, first, now), state(&ring, second, now));
    assert_eq!(states(at(-1)), (KeyState::Active, KeyState::Staged));
    assert_eq!(states(at(0)), (KeyState::Retiring, KeyState::Active));
    assert_eq!(states(at(1)), (KeyState::Retiring, KeyState::Active));
}

#[test]
fn a_key_expires_a_longest_session_and_the_skew_after_it_retired() {
    let old = ring();
    let first = in_state(&old, KeyState::Active, NOW);
    let ring = old.rotate(0, None, NOW, &mut random(2)).unwrap();
    let end = NOW.plus(LONGEST + SKEW);
    assert_eq!(ring.expires_at(ring.key(first.id()).unwrap()), Some(end));
    assert_eq!(state(&ring, first, NOW), KeyState::Retiring);
    assert_eq!(state(&ring, first, Timestamp::from_unix(end.unix() - 1)), KeyState::Retiring);
    assert_eq!(state(&ring, first, end), KeyState::Expired);
    assert_eq!(state(&ring, first, end.plus(1)), KeyState::Expired);
}

#[test]
fn keys_dead_before_revokes_what_was_created_strictly_before() {
    let ring = ring();
    let key = in_state(&ring, KeyState::Active, NOW);
    let cut = |at| ring.revoke_created_before(at, AFTER, &mut random(2)).unwrap();
    assert_eq!(state(&cut(BEFORE), key, NOW), KeyState::Active);
    assert_eq!(state(&cut(NOW), key, NOW), KeyState::Active);
    assert_eq!(state(&cut(AFTER), key, NOW), KeyState::Revoked);
}

#[test]
fn of_two_keys_of_one_second_the_smaller_id_seals() {
    let ring = ring();
    let tied = edited(&ring, |text| text.replace("\"not_before\": null", "\"not_before\": 1800000000"));
    let smaller = tied.keys().iter().map(Key::id).min();
    assert_eq!(tied.active(NOW).map(Key::id), smaller);
    in_state(&tied, KeyState::Active, NOW);
}

#[test]
fn the_newest_not_before_that_has_come_seals() {
    let ring = ring();
    let standby = in_state(&ring, KeyState::Standby, NOW).id();
    let two = edited(&ring, |text| text.replace("\"not_before\": null", "\"not_before\": 1800000001"));
    assert_ne!(two.active(NOW).map(Key::id), Some(standby));
    assert_eq!(two.active(AFTER).map(Key::id), Some(standby));
}

#[test]
fn what_is_revoked_and_disabled_and_expired_tells_what_is_for_good() {
    let old = ring();
    let first = in_state(&old, KeyState::Active, NOW).id();
    let disabled =
        old.rotate(0, None, NOW, &mut random(2)).unwrap().disable(first, NOW, &mut random(3)).unwrap();
    let key = disabled.key(first).unwrap();
    assert_eq!(disabled.state(key, NOW), KeyState::Disabled);
    assert_eq!(disabled.state(key, NOW.plus(LONGEST + SKEW)), KeyState::Expired);
    let revoked = disabled.revoke(first, NOW, &mut random(4)).unwrap();
    assert_eq!(revoked.state(revoked.key(first).unwrap(), NOW.plus(LONGEST + SKEW)), KeyState::Revoked);
}

#[test]
fn the_order_of_keys_means_nothing() {
    let ring = ring().rotate(3_600, None, NOW, &mut random(2)).unwrap().add(
        Suite::XChaCha20Poly1305,
        "spare",
        NOW,
        &mut random(3),
    );
    let ring = ring.unwrap();
    let text = text(&ring);
    let (head, rest) = text.split_once("    {\n").unwrap();
    let (keys, tail) = rest.split_once("\n    }\n  ],\n").unwrap();
    let keys: Vec<_> = keys.split("\n    },\n    {\n").collect();
    assert_eq!(keys.len(), 4);
    for order in [[3, 2, 1, 0], [1, 0, 3, 2], [2, 3, 0, 1], [1, 2, 3, 0]] {
        let keys = order.map(|index| keys[index]).join("\n    },\n    {\n");
        let other = with_checksum(&format!("{head}    {{\n{keys}\n    }}\n  ],\n{tail}"));
        let other = Keyring::parse(other.as_bytes()).unwrap();
        for now in [NOW, NOW.plus(3_599), NOW.plus(3_600), NOW.plus(LONGEST * 2)] {
            assert_eq!(other.active(now).map(Key::id), ring.active(now).map(Key::id));
            for key in ring.keys() {
                assert_eq!(state(&other, key, now), state(&ring, key, now));
            }
        }
        let next = |ring: &Keyring| {
            let next = ring.rotate(60, None, NOW.plus(3_600), &mut random(4)).unwrap();
            in_state(&next, KeyState::Staged, NOW.plus(3_600)).id()
        };
        assert_eq!(next(&other), next(&ring));
    }
}
