//! One ring is one sequence of bytes, and anything else is refused with a reason.

use super::*;

fn full_ring() -> Keyring {
    let ring = ring().rotate(3_600, None, NOW, &mut random(2)).unwrap();
    let ring = ring.add(Suite::XChaCha20Poly1305, "for \"old\" machines", NOW, &mut random(3)).unwrap();
    let ring = ring.revoke(ring.keys()[0].id(), NOW, &mut random(4)).unwrap();
    let ring = ring.prune(NOW).unwrap().prune(NOW.plus(DAY)).unwrap();
    let ring = ring.disable(ring.keys()[0].id(), NOW.plus(DAY), &mut random(5)).unwrap();
    ring.end_sessions_before(NOW, NOW).unwrap()
}

#[test]
fn a_ring_is_read_back_byte_for_byte() {
    for ring in [ring(), full_ring(), full_ring().emergency(NOW, &mut random(6)).unwrap()] {
        let bytes = ring.to_bytes();
        let again = Keyring::parse(&bytes).unwrap();
        assert_eq!(*again.to_bytes(), *bytes);
        assert_eq!(again.ring_id(), ring.ring_id());
    }
}

#[test]
fn what_was_sealed_before_writing_opens_after_reading() {
    let ring = full_ring().emergency(NOW, &mut random(7)).unwrap();
    let again = Keyring::parse(&ring.to_bytes()).unwrap();
    assert_eq!(open(&again, &seal(&ring, NOW).unwrap(), NOW), Ok(()));
}

#[test]
fn every_truncation_is_refused_with_a_reason() {
    let bytes = full_ring().to_bytes();
    for len in 0..bytes.len() {
        let error = Keyring::parse(&bytes[..len]).unwrap_err();
        let kind = match len {
            0..34 => KeyringErrorKind::NotAKeyring,
            34..38 => KeyringErrorKind::UnknownFormat,
            _ => KeyringErrorKind::Truncated,
        };
        assert_eq!(error.kind(), kind, "the first {len} bytes");
    }
}

#[test]
fn every_flipped_bit_is_refused_with_a_reason() {
    let bytes = full_ring().to_bytes();
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut flipped = bytes.to_vec();
            flipped[place] ^= 1 << bit;
            let kind = Keyring::parse(&flipped).unwrap_err().kind();
            let expected = match place {
                0..34 => KeyringErrorKind::NotAKeyring,
                34..38 => KeyringErrorKind::UnknownFormat,
                _ if place + 84 < bytes.len() || (4..68).contains(&(bytes.len() - place - 1)) => {
                    KeyringErrorKind::ChecksumMismatch
                }
                _ => KeyringErrorKind::Truncated,
            };
            assert_eq!(kind, expected, "bit {bit} of byte {place}");
        }
    }
}

#[test]
fn bytes_after_the_end_are_refused() {
    let mut bytes = ring().to_bytes().to_vec();
    bytes.push(b'\n');
    assert_eq!(Keyring::parse(&bytes).unwrap_err().kind(), KeyringErrorKind::Truncated);
}

#[test]
fn another_spelling_of_the_same_ring_is_refused() {
    let message = "the ring is not written in its one canonical form";
    let not_canonical = |change: &dyn Fn(&str) -> String| {
        refuses_edit(&ring(), change, KeyringErrorKind::NotCanonical, message);
    };
    not_canonical(&|text| text.replacen("\"generation\": 1", "\"generation\":  1", 1));
    not_canonical(&|text| text.replacen("  \"keys_dead_before\": null,\n", "", 1));
    not_canonical(&|text| text.replacen("\"note\": \"\"", "\"note\": \"\\u0041\"", 1));
    not_canonical(&|text| {
        let moved = text.replacen("  \"generation\": 1,\n", "", 1);
        moved.replacen("  \"tombstones\"", "  \"generation\": 1,\n  \"tombstones\"", 1)
    });
}

#[test]
fn unknown_and_repeated_fields_are_refused() {
    for extra in ["\"extra\": 1", "\"generation\": 1"] {
        let edit =
            |text: &str| text.replacen("\"generation\": 1", &format!("\"generation\": 1,\n  {extra}"), 1);
        let error = Keyring::parse(with_checksum(&edit(&text(&ring()))).as_bytes()).unwrap_err();
        assert_eq!(error.kind(), KeyringErrorKind::Invalid);
    }
}

#[test]
fn a_ring_beyond_a_mebibyte_is_refused_unread() {
    let error = Keyring::parse(&vec![b'{'; Keyring::MAX_FILE + 1]).unwrap_err();
    assert_eq!(error.kind(), KeyringErrorKind::TooLarge);
}

fn secrets(ring: &Keyring) -> Vec<String> {
    let text = text(ring);
    let lines = text.lines().filter(|line| line.contains("\"secret\""));
    lines.map(|line| line.split('"').nth(3).unwrap().to_owned()).collect()
}

#[test]
fn weak_secrets_are_refused() {
    let ring = ring();
    let secrets = secrets(&ring);
    let first = ring.keys()[0].id();
    let second = ring.keys()[1].id();
    let zero = "A".repeat(43);
    let invalid = |from: &str, to: &str, message: String| {
        refuses_edit(&ring, |text| text.replace(from, to), KeyringErrorKind::Invalid, &message);
    };
    invalid(&secrets[0], &zero, format!("the secret of key {first} is all zeros"));
    invalid(&secrets[1], &secrets[0], format!("key {second} has the secret of another key"));
    for bad in [String::new(), " ".repeat(43), "A".repeat(42), "A".repeat(44), format!("{}=", "A".repeat(42))]
    {
        let edited = with_checksum(&text(&ring).replace(&secrets[0], &bad));
        let error = Keyring::parse(edited.as_bytes()).unwrap_err();
        assert_eq!(error.kind(), KeyringErrorKind::Invalid, "{bad:?}");
        assert_eq!(error.to_string(), "near line 13 stands what no key ring has there");
    }
}

#[test]
fn a_weak_index_secret_is_refused() {
    let ring = ring();
    let text = text(&ring);
    let line = text.lines().find(|line| line.contains("\"index_secret\"")).unwrap();
    let with = |value: &str| text.replacen(line, &format!("  \"index_secret\": {value},"), 1);
    let invalid = |value: &str, message: &str| {
        refuses_edit(&ring, |_| with(value), KeyringErrorKind::Invalid, message);
    };
    invalid(&format!("\"{}\"", "A".repeat(43)), "the index secret is all zeros");
    for (key, secret) in ring.keys().iter().zip(secrets(&ring)) {
        let message = format!("the secret of key {} is the index secret", key.id());
        invalid(&format!("\"{secret}\""), &message);
    }
    for bad in ["\"\"", "7", &format!("\"{}=\"", "A".repeat(42))] {
        invalid(bad, "near line 8 stands what no key ring has there");
    }
}

#[test]
fn a_ring_of_an_older_version_is_refused_with_what_to_do() {
    let older = include_bytes!("../vectors/keyring_without_index_secret.json");
    let null = |text: &str| {
        let line = text.lines().find(|line| line.contains("\"index_secret\"")).unwrap();
        text.replacen(line, "  \"index_secret\": null,", 1)
    };
    for bytes in [&older[..], with_checksum(&null(&text(&ring()))).as_bytes()] {
        let error = Keyring::parse(bytes).unwrap_err();
        assert_eq!(error.kind(), KeyringErrorKind::Invalid);
        assert_eq!(error.to_string(), "the key ring has no index_secret: it is of an older version");
        let hint = "move it away, then `gingersnap keys init` makes another; everybody has to sign in again";
        assert_eq!(error.hint(), Some(hint));
    }
}

#[test]
fn one_bad_secret_among_good_ones_is_refused_wherever_it_stands() {
    let mut ring = ring();
    for seed in 2..6 {
        ring = ring.add(Suite::default(), "", NOW, &mut random(seed)).unwrap();
    }
    let text = text(&ring);
    let secrets = secrets(&ring);
    assert_eq!(secrets.len(), 6);
    for (key, secret) in ring.keys().iter().zip(&secrets) {
        let with = |bad: &str| text.replace(secret, bad);
        let zeros = format!("the secret of key {} is all zeros", key.id());
        refuses_edit(&ring, |_| with(&"A".repeat(43)), KeyringErrorKind::Invalid, &zeros);
        let line = text.lines().position(|line| line.contains(secret)).unwrap() + 1;
        let short = format!("near line {line} stands what no key ring has there");
        for bad in ["", "c2hvcnQ", &secret[..42]] {
            refuses_edit(&ring, |_| with(bad), KeyringErrorKind::Invalid, &short);
        }
    }
}

#[test]
fn rings_that_no_verb_makes_are_refused() {
    let ring = ring();
    let (first, second) = (ring.keys()[0].id().to_string(), ring.keys()[1].id().to_string());
    let invalid = |from: &str, to: &str, message: &str| {
        refuses_edit(&ring, |text| text.replacen(from, to, 1), KeyringErrorKind::Invalid, message);
    };
    invalid(&second, &first, &format!("key {first} is in the ring twice"));
    invalid("\"generation\": 1", "\"generation\": 0", "generation is 0; the first is 1");
    for beyond in ["9007199254740993", "18446744073709551615"] {
        let beyond = format!("\"generation\": {beyond}");
        invalid("\"generation\": 1", &beyond, "generation is beyond 2^53, the last");
    }
    invalid("2592000", "59", "longest_session is not from 1 minute to 400 days");
    invalid("2592000", "34560001", "longest_session is not from 1 minute to 400 days");
    let retired = "\"retired_at\": 1799999999";
    invalid("\"retired_at\": null", retired, &format!("key {first} retired before it came into force"));
    let late = format!("key {first} has a time after 2106-02-07T06:28:15Z");
    invalid("\"created\": 1800000000", "\"created\": 4294967296", &late);
    invalid(
        "xaes-256-gcm",
        "aes-128-ecb",
        &format!("key {first} has a suite that this version does not know"),
    );
    let overridden = format!("the override of key {first} is not disabled or revoked");
    invalid("\"override\": null", "\"override\": \"none\"", &overridden);
    invalid(
        &first,
        &first.to_uppercase().replace(|c: char| c.is_ascii_digit(), "A"),
        "a key id is six lower-case hexadecimal digits",
    );
    let tomb = format!(
        "[\n    {{\n      \"id\": \"{first}\",\n      \"created\": 1,\n      \"destroyed_at\": 2\n    }}\n  ]"
    );
    let message = format!("tombstone {first} has the id of another key or tombstone");
    invalid("\"tombstones\": []", &format!("\"tombstones\": {tomb}"), &message);
}
