//! The errors for a caller's mistakes.

use super::*;

#[track_caller]
fn fails(result: Result<Keyring, gingersnap::keyring::KeyringError>, kind: KeyringErrorKind, message: &str) {
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
}

#[test]
fn damaged_rings_say_so_and_how_to_go_on() {
    let bytes = ring().to_bytes();
    let restore = Some("restore the newest backup; only `gingersnap keys` writes rings");
    let of = |bytes: &[u8]| {
        let error = Keyring::parse(bytes).unwrap_err();
        (error.to_string(), error.hint().map(str::to_owned))
    };
    let told = |message: &str, hint: Option<&str>| (message.to_owned(), hint.map(str::to_owned));
    assert_eq!(of(b""), told("the key ring is empty", restore));
    assert_eq!(of(b"[]"), told("these bytes do not begin as a key ring does", None));
    let cut = "the key ring does not end as it should: it was cut off or added to";
    assert_eq!(of(&bytes[..bytes.len() / 2]), told(cut, restore));
    let edited = text(&ring()).replace("2592000", "2592001");
    let damaged = "the key ring's checksum does not match: it is damaged or was edited by hand";
    assert_eq!(of(edited.as_bytes()), told(damaged, restore));
    let newer = text(&ring()).replace("keyring/1", "keyring/2");
    let format = "the key ring's format is not gingersnap-keyring/1";
    assert_eq!(of(newer.as_bytes()), told(format, Some("a newer gingersnap may have written it")));
}

#[test]
fn a_longest_session_out_of_range_is_refused() {
    for (seconds, given) in [(59, "59"), (400 * DAY + 1, "34560001")] {
        let made = Keyring::init(Suite::default(), seconds, NOW, &mut random(1));
        let message = format!("the longest session is {given} s; it may be from 1 minute to 400 days");
        fails(made, KeyringErrorKind::BadArgument, &message);
    }
}

#[test]
fn notes_are_short_and_have_no_control_characters() {
    let message = "a note has at most 200 bytes and no control characters";
    for note in ["a\nb", &"x".repeat(201)] {
        fails(
            ring().add(Suite::default(), note, NOW, &mut random(2)),
            KeyringErrorKind::BadArgument,
            message,
        );
    }
    assert!(ring().add(Suite::default(), &"x".repeat(200), NOW, &mut random(2)).is_ok());
}

#[test]
fn a_failing_random_source_changes_nothing() {
    let failed = "the random source failed";
    fails(ring().add(Suite::default(), "", NOW, &mut |_| Err(NoEntropy)), KeyringErrorKind::Entropy, failed);
    let message = "the random source repeats itself: no fresh key id in 64 tries";
    let constant = &mut |bytes: &mut [u8]| {
        bytes.fill(7);
        Ok(())
    };
    fails(Keyring::init(Suite::default(), LONGEST, NOW, constant), KeyringErrorKind::Entropy, message);
}

#[test]
fn an_unknown_key_is_named() {
    let id = "00ff00".parse().unwrap();
    fails(ring().revoke(id, NOW, &mut random(2)), KeyringErrorKind::NoSuchKey, "the ring has no key 00ff00");
}

#[test]
fn what_is_done_already_is_refused_by_state() {
    let ring = ring();
    let active = in_state(&ring, KeyState::Active, NOW).id();
    let wrong = KeyringErrorKind::WrongState;
    fails(
        ring.promote(active, NOW, &mut random(2)),
        wrong,
        &format!("cannot promote key {active}: it is active"),
    );
    fails(ring.enable(active, NOW), wrong, &format!("cannot enable key {active}: it is active"));
    let rotate = ring.rotate(60, Some(active), NOW, &mut random(2));
    fails(rotate, wrong, &format!("cannot rotate to key {active}: it is active"));
}

#[test]
fn a_ring_without_a_standby_is_not_rotated() {
    let ring = edited(&ring(), |text| text.replace("\"not_before\": null", "\"not_before\": 1800000000"));
    fails(ring.rotate(60, None, NOW, &mut random(2)), KeyringErrorKind::NoStandby, "the ring has no standby");
}
