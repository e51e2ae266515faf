//! `prune`: two findings a day apart, then a tombstone.

use super::*;

#[test]
fn a_dead_key_is_destroyed_by_the_second_prune_a_day_later() {
    let ring = ring();
    let token = seal(&ring, NOW).unwrap();
    let key = in_state(&ring, KeyState::Active, NOW);
    let (id, secret) = (key.id(), secret_of(&ring, 0));
    let ring = ring.revoke(id, NOW, &mut random(2)).unwrap();
    let found = ring.prune(NOW).unwrap();
    assert_eq!(found.key(id).unwrap().found_dead_at(), Some(NOW));
    assert_eq!(found.prune(NOW.plus(DAY - 1)).unwrap_err().kind(), KeyringErrorKind::NothingToDo);
    assert!(text(&found).contains(&secret));
    let pruned = found.prune(NOW.plus(DAY)).unwrap();
    assert!(pruned.key(id).is_none() && !text(&pruned).contains(&secret));
    let tombstone = pruned.tombstones()[0];
    assert_eq!((tombstone.id(), tombstone.created(), tombstone.destroyed_at()), (id, NOW, NOW.plus(DAY)));
    assert_eq!(open(&pruned, &token, NOW.plus(DAY)), Err(Refusal::KeyDestroyed));
    let error = pruned.promote(id, NOW, &mut random(3)).unwrap_err();
    assert_eq!(error.to_string(), format!("key {id} was destroyed"));
}

/// The text of a key's secret.
fn secret_of(ring: &Keyring, index: usize) -> String {
    let text = text(ring);
    let line = text.lines().filter(|line| line.contains("\"secret\"")).nth(index).unwrap();
    line.split('"').nth(3).unwrap().to_owned()
}

#[test]
fn a_clock_that_jumps_ahead_and_back_destroys_nothing() {
    let ring = ring().rotate(0, None, NOW, &mut random(2)).unwrap();
    let retiring = in_state(&ring, KeyState::Retiring, NOW).id();
    let jumped = ring.prune(NOW.plus(LONGEST * 2)).unwrap();
    assert!(jumped.key(retiring).unwrap().found_dead_at().is_some());
    let back = jumped.prune(NOW.plus(DAY)).unwrap();
    assert_eq!(back.key(retiring).unwrap().found_dead_at(), None);
    assert_eq!(back.prune(NOW.plus(2 * DAY)).unwrap_err().kind(), KeyringErrorKind::NothingToDo);
}

#[test]
fn a_live_key_is_never_pruned() {
    let ring = ring().rotate(3_600, None, NOW, &mut random(2)).unwrap();
    for now in [NOW, NOW.plus(3_600), NOW.plus(3_600 + LONGEST)] {
        let error = ring.prune(now).unwrap_err();
        assert_eq!(error.to_string(), "there is nothing to prune");
    }
}

#[test]
fn the_id_of_a_destroyed_key_is_not_given_again() {
    let ring = ring();
    let active = in_state(&ring, KeyState::Active, NOW).id();
    let ring =
        ring.revoke(active, NOW, &mut random(2)).unwrap().prune(NOW).unwrap().prune(NOW.plus(DAY)).unwrap();
    assert_eq!(ring.tombstones()[0].id(), active);
    let mut ids = vec![active.to_bytes(), active.to_bytes(), [1, 2, 3]].into_iter();
    let added = ring.add(Suite::default(), "", NOW, &mut |bytes: &mut [u8]| {
        match bytes.len() {
            3 => bytes.copy_from_slice(&ids.next().unwrap()),
            _ => bytes.fill(9),
        }
        Ok(())
    });
    assert_eq!(added.unwrap().keys().last().unwrap().id().to_string(), "010203");
}

#[test]
fn what_is_dead_can_be_destroyed_at_once() {
    let ring = ring().rotate(0, None, NOW, &mut random(2)).unwrap();
    let error = ring.destroy_dead(NOW).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (KeyringErrorKind::NothingToDo, "there is nothing to prune")
    );
    let standby = in_state(&ring, KeyState::Standby, NOW).id();
    let ring = ring.revoke(standby, NOW, &mut random(3)).unwrap();
    let retiring = in_state(&ring, KeyState::Retiring, NOW).id();
    let one = ring.destroy_dead(NOW).unwrap();
    assert_eq!((one.keys().len(), one.generation()), (3, ring.generation() + 1));
    assert_eq!((one.tombstones()[0].id(), one.tombstones()[0].destroyed_at()), (standby, NOW));
    let two = one.destroy_dead(NOW.plus(LONGEST + SKEW)).unwrap();
    assert_eq!(two.tombstones()[1].id(), retiring);
    assert_eq!(two.keys().len(), 2);
}

#[test]
fn a_full_graveyard_gives_up_its_oldest_tombstones() {
    let grave = |number: usize| {
        let (id, at) = (0x00a0_0000 + number, number + 1);
        format!(
            "    {{\n      \"id\": \"{id:06x}\",\n      \"created\": 1,\n      \"destroyed_at\": {at}\n    }}"
        )
    };
    let graves: Vec<_> = (0..Keyring::MAX_TOMBSTONES).map(grave).collect();
    let graves = format!("\"tombstones\": [\n{}\n  ]", graves.join(",\n"));
    let full = edited(&ring(), |text| text.replace("\"tombstones\": []", &graves));
    assert_eq!(full.tombstones().len(), Keyring::MAX_TOMBSTONES);
    let active = in_state(&full, KeyState::Active, NOW).id();
    let revoked = full.revoke(active, NOW, &mut random(2)).unwrap();
    let pruned = revoked.prune(NOW).unwrap().prune(NOW.plus(DAY)).unwrap();
    assert_eq!(pruned.tombstones().len(), Keyring::MAX_TOMBSTONES);
    assert_eq!(pruned.tombstones()[0].destroyed_at(), Timestamp::from_unix(2));
    assert_eq!(pruned.tombstones().last().map(|grave| grave.id()), Some(active));
    assert!(Keyring::parse(&pruned.to_bytes()).is_ok());
}
