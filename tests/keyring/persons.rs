//! The ids of persons: the same for as long as the ring's index secret is, and nobody else's.

use std::collections::HashSet;

use gingersnap::token::PersonId;
use serde::Deserialize;

use super::*;

#[track_caller]
fn ada(ring: &Keyring) -> PersonId {
    ring.person("tests", "id", "ada").unwrap()
}

/// One record of `tests/vectors/persons.json`, which a second implementation wrote (`generate.py`).
#[derive(Deserialize)]
struct Vector {
    audience: String,
    layer: String,
    subject: String,
    person: String,
}

#[test]
fn persons_are_those_of_the_vectors_and_no_two_are_the_same() {
    let ring = Keyring::parse(include_bytes!("../vectors/keyring.json")).unwrap();
    let vectors: Vec<Vector> = serde_json::from_slice(include_bytes!("../vectors/persons.json")).unwrap();
    let mut seen = HashSet::new();
    for Vector { audience, layer, subject, person } in &vectors {
        let id = ring.person(audience, layer, subject).unwrap();
        let hex: String = id.to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(&hex, person, "{audience} {layer} {subject}");
        assert!(seen.insert(id), "{audience} {layer} {subject} is somebody else");
    }
    assert_eq!(seen.len(), 10);
}

#[test]
fn a_person_is_the_same_through_every_verb_but_emergency() {
    let ring = ring();
    let later = NOW.plus(40 * DAY);
    let [active, standby] = [KeyState::Active, KeyState::Standby].map(|it| in_state(&ring, it, NOW).id());
    let disabled = ring.disable(standby, NOW, &mut random(2)).unwrap();
    let rotated = ring.rotate(0, None, NOW, &mut random(2)).unwrap();
    let found_dead = rotated.prune(later).unwrap();
    for next in [
        Keyring::parse(&ring.to_bytes()).unwrap(),
        ring.add(Suite::default(), "", NOW, &mut random(2)).unwrap(),
        ring.promote(standby, NOW, &mut random(2)).unwrap(),
        ring.revoke(active, NOW, &mut random(2)).unwrap(),
        ring.revoke_created_before(NOW, NOW, &mut random(2)).unwrap(),
        ring.end_sessions_before(NOW, NOW).unwrap(),
        ring.restored(7).unwrap(),
        ring.tick(90 * DAY, 60, NOW.plus(91 * DAY), &mut random(2)).unwrap().0.unwrap(),
        disabled.enable(standby, NOW).unwrap(),
        disabled,
        found_dead.prune(later.plus(DAY)).unwrap(),
        found_dead,
        rotated,
    ] {
        assert_eq!(ada(&next), ada(&ring));
    }
}

#[test]
fn after_an_emergency_everybody_is_another_person() {
    let stolen = ring();
    let once = stolen.emergency(NOW, &mut random(3)).unwrap();
    let twice = once.emergency(NOW, &mut random(4)).unwrap();
    assert_eq!(HashSet::from([&stolen, &once, &twice].map(ada)).len(), 3);
    assert_eq!(ada(&Keyring::parse(&once.to_bytes()).unwrap()), ada(&once));
}

#[test]
fn another_ring_has_other_persons() {
    let other = Keyring::init(Suite::default(), LONGEST, NOW, &mut random(5)).unwrap();
    assert_ne!(ada(&ring()), ada(&other));
}

#[test]
fn a_part_that_is_too_long_names_nobody() {
    let (ring, longest, longer) = (ring(), "x".repeat(65_535), "x".repeat(65_536));
    assert!(ring.person(&longest, &longest, &longest).is_some());
    assert_eq!(ring.person(&longer, "id", "ada"), None);
    assert_eq!(ring.person("tests", &longer, "ada"), None);
    assert_eq!(ring.person("tests", "id", &longer), None);
}

#[test]
fn two_rings_that_differ_in_the_index_secret_alone_are_not_the_same() {
    let ring = ring();
    let other = edited(&ring, |text| {
        let line = text.lines().find(|line| line.contains("\"index_secret\"")).unwrap();
        text.replacen(line, &format!("  \"index_secret\": \"B{}\",", "A".repeat(42)), 1)
    });
    assert_eq!(ring.succession(&other).unwrap_err().kind(), KeyringErrorKind::Diverged);
    assert_ne!(ring.digest(), other.digest());
    assert_ne!(ada(&ring), ada(&other));
}
