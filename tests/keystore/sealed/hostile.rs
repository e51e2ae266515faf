//! Files that are damaged, cut off, or made by a stranger.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use age::armor::ArmoredReader;

use super::*;

const DAMAGED: &str = "the ring is encrypted, and damaged or cut off";

/// Checks for an error of the kind `Sealed`, and never a ring.
#[track_caller]
fn is_refused(keystore: &Envelope, stored: &[u8], what: &str) {
    let Err(error) = keystore.open(stored) else { panic!("{what}: opened") };
    assert_eq!(error.kind(), KeystoreErrorKind::Sealed, "{what}");
    assert!(error.hint().is_some(), "{what}");
}

fn unarmored(stored: &[u8]) -> Vec<u8> {
    let mut binary = Vec::new();
    ArmoredReader::new(stored).read_to_end(&mut binary).unwrap();
    binary
}

/// The same within the time that a busy machine takes for a thousandth of the cost to avoid.
#[track_caller]
#[expect(clippy::disallowed_methods, reason = "it measures time")]
fn is_refused_soon(stored: &[u8], what: &str) {
    let keystore = sealed_for(&[&Identity::generate()]);
    let started = Instant::now();
    is_refused(&keystore, stored, what);
    let took = started.elapsed();
    assert!(took < Duration::from_secs(20), "{what} took {took:?}");
}

#[test]
fn a_binary_file_is_opened_too() {
    let keystore = sealed_for(&[&Identity::generate()]);
    let binary = unarmored(&keystore.seal(b"ring").unwrap());
    assert!(binary.starts_with(b"age-encryption.org/v1\n"));
    assert_eq!(*keystore.open(&binary).unwrap(), b"ring");
}

#[test]
fn a_file_cut_off_at_any_length_is_no_ring() {
    let keystore = sealed_for(&[&Identity::generate()]);
    let armored = keystore.seal(b"ring").unwrap();
    let binary = unarmored(&armored);
    for length in 0..binary.len() {
        is_refused(&keystore, &binary[..length], &format!("binary, {length} bytes"));
    }
    // The last new line is not needed.
    for length in 0..armored.len() - 1 {
        is_refused(&keystore, &armored[..length], &format!("armored, {length} bytes"));
    }
    assert_eq!(*keystore.open(&armored[..armored.len() - 1]).unwrap(), b"ring");
}

#[test]
fn a_file_with_any_byte_changed_is_no_ring() {
    let keystore = sealed_for(&[&Identity::generate()]);
    let armored = keystore.seal(b"ring").unwrap();
    for stored in [unarmored(&armored), armored[..armored.len() - 1].to_vec()] {
        for at in 0..stored.len() {
            for mask in [0x01, 0x20, 0x80] {
                let mut changed = stored.clone();
                changed[at] ^= mask;
                is_refused(&keystore, &changed, &format!("byte {at} of {}, {mask:#x}", stored.len()));
            }
        }
    }
}

#[test]
fn more_after_the_end_is_no_ring() {
    let keystore = sealed_for(&[&Identity::generate()]);
    let armored = keystore.seal(b"ring").unwrap();
    let hint = "restore the newest backup";
    tells(keystore.open(&[armored.as_slice(), b"more"].concat()), DAMAGED, hint);
    tells(keystore.open(&[armored.as_slice(), &armored].concat()), DAMAGED, hint);
    tells(keystore.open(&[unarmored(&armored).as_slice(), b"more"].concat()), DAMAGED, hint);
}

#[test]
fn a_passphrase_costs_no_work() {
    // 2^40 rounds of scrypt would take days.
    let body = "A".repeat(43);
    let header = format!("age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 40\n{body}\n--- {body}\n");
    let stored = [header.as_bytes(), &[0; 48]].concat();
    is_refused_soon(&stored, "a passphrase");
    let keystore = sealed_for(&[&Identity::generate()]);
    let message = "the ring is encrypted, and no identity given opens it";
    tells(keystore.open(&stored), message, IDENTITY_HINT);
}

#[test]
fn a_header_without_end_costs_little() {
    let room = Keyring::MAX_FILE - 1000;
    let body = "A".repeat(43);
    let stanza = format!("-> X25519 {body}\n{body}\n");
    let end = format!("--- {body}\n{}", "\0".repeat(48));
    for (what, repeated) in [("stanzas", stanza.as_str()), ("short stanzas", "-> a\n\n"), ("lines", "\n")] {
        let many = repeated.repeat(room / repeated.len());
        is_refused_soon(format!("age-encryption.org/v1\n{many}{end}").as_bytes(), what);
        is_refused_soon(format!("age-encryption.org/v1\n{many}").as_bytes(), &format!("endless {what}"));
    }
    let long = format!("age-encryption.org/v1\n-> a\n{}", format!("{}\n", "A".repeat(64)).repeat(room / 65));
    is_refused_soon(long.as_bytes(), "a long body");
    is_refused_soon(&[b"age-encryption.org/v1\n-> ".as_slice(), &vec![b'a'; room]].concat(), "a long line");
    // The greatest number that is looked at.
    let most = format!("age-encryption.org/v1\n{}{end}", stanza.repeat(64));
    is_refused_soon(most.as_bytes(), "64 stanzas");
}

#[test]
fn more_than_a_ring_is_not_read() {
    let identity = Identity::generate();
    let recipient = identity.to_public();
    let mut stored = Vec::new();
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as _)).unwrap();
    let mut writer = encryptor.wrap_output(&mut stored).unwrap();
    writer.write_all(&vec![b' '; Keyring::MAX_FILE + 1]).unwrap();
    writer.finish().unwrap();
    let error = sealed_for(&[&identity]).open(&stored).unwrap_err();
    assert_eq!(error.kind(), KeystoreErrorKind::TooLarge);
    assert_eq!(error.to_string(), "a key ring has at most 1048576 bytes");
}
