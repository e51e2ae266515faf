//! The two AEADs themselves: the crates that the suites are built on, against Wycheproof's and C2SP's vectors.

use aes_gcm::Aes256Gcm;
use aes_gcm::aead::{Aead, AeadCore, KeyInit, Payload, array::Array};
use chacha20poly1305::XChaCha20Poly1305;
use shake::Shake128;
use shake::digest::{ExtendableOutput, Update, XofReader};
use wycheproof::TestResult;
use wycheproof::aead::{Test, TestName, TestSet};
use xaes_256_gcm::Xaes256Gcm;

/// Cases that ran: valid and invalid.
#[derive(Debug, Default, Eq, PartialEq)]
struct Ran {
    valid: usize,
    invalid: usize,
}

/// Runs the cases of the sizes that a suite has; returns how many those were, and how many had other sizes.
fn run<A: Aead + AeadCore + KeyInit>(name: TestName, nonce_bits: usize) -> (Ran, usize) {
    let set = TestSet::load(name).unwrap();
    let (mut ran, mut other, mut all) = (Ran::default(), 0, 0);
    for group in &set.test_groups {
        all += group.tests.len();
        let sizes = [group.key_size, group.nonce_size, group.tag_size];
        if sizes != [256, nonce_bits, 128] {
            // Every one of them is refused for its size, before any cipher runs.
            for case in &group.tests {
                let is_key = A::new_from_slice(&case.key).is_ok();
                assert!(!is_key || Array::<u8, A::NonceSize>::try_from(&case.nonce[..]).is_err());
            }
            other += group.tests.len();
            continue;
        }
        for case in &group.tests {
            check::<A>(case);
            match case.result {
                TestResult::Valid => ran.valid += 1,
                TestResult::Invalid => ran.invalid += 1,
                TestResult::Acceptable => panic!("case {}: nothing here is a matter of taste", case.tc_id),
            }
        }
    }
    assert_eq!(all, set.number_of_tests);
    assert_eq!(all, ran.valid + ran.invalid + other);
    (ran, other)
}

fn check<A: Aead + AeadCore + KeyInit>(case: &Test) {
    let aead = A::new_from_slice(&case.key).unwrap();
    let nonce = Array::try_from(&case.nonce[..]).unwrap();
    let sealed = [&case.ct[..], &case.tag[..]].concat();
    let opened = aead.decrypt(&nonce, Payload { msg: &sealed, aad: &case.aad });
    let again = aead.encrypt(&nonce, Payload { msg: &case.pt, aad: &case.aad }).unwrap();
    if case.result.must_fail() {
        assert!(opened.is_err(), "case {}: {}", case.tc_id, case.comment);
    } else {
        assert_eq!(opened.unwrap(), *case.pt, "case {}: {}", case.tc_id, case.comment);
        assert_eq!(again, sealed, "case {}: {}", case.tc_id, case.comment);
    }
}

#[test]
fn aes_256_gcm_does_what_wycheproof_asks() {
    let (ran, other) = run::<Aes256Gcm>(TestName::AesGcm, 96);
    assert_eq!((ran, other), (Ran { valid: 39, invalid: 27 }, 250));
}

#[test]
fn xchacha20_poly1305_does_what_wycheproof_asks() {
    let (ran, other) = run::<XChaCha20Poly1305>(TestName::XChaCha20Poly1305, 192);
    assert_eq!((ran, other), (Ran { valid: 246, invalid: 60 }, 9));
}

/// The two vectors of C2SP's XAES-256-GCM.md: the highest bit of L is 0 in the first and 1 in the second.
#[test]
fn xaes_256_gcm_matches_the_vectors_of_its_specification() {
    for (key, aad, sealed) in [
        ([1; 32], "", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"),
        ([3; 32], "c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"),
    ] {
        let aead = Xaes256Gcm::new(&key.into());
        let nonce = Array::from(*b"ABCDEFGHIJKLMNOPQRSTUVWX");
        let payload = Payload { msg: b"XAES-256-GCM", aad: aad.as_bytes() };
        assert_eq!(crate::hex(&aead.encrypt(&nonce, payload).unwrap()), sealed);
        let payload = Payload { msg: &crate::unhex(sealed), aad: aad.as_bytes() };
        assert_eq!(aead.decrypt(&nonce, payload).unwrap(), b"XAES-256-GCM");
    }
}

/// The accumulated test of the same document: keys, nonces, plaintexts and associated data come from one
/// SHAKE-128 of nothing, and another SHAKE-128 takes in all ciphertexts.
#[test]
fn ten_thousand_xaes_256_gcm_ciphertexts_hash_to_the_specified_value() {
    let mut source = Shake128::default().finalize_xof();
    let mut read = |len: usize| {
        let mut bytes = vec![0; len];
        source.read(&mut bytes);
        bytes
    };
    let mut all = Shake128::default();
    for _ in 0..10_000 {
        let (key, nonce) = (read(32), read(24));
        let len = read(1)[0].into();
        let plain = read(len);
        let len = read(1)[0].into();
        let aad = read(len);
        let aead = Xaes256Gcm::new_from_slice(&key).unwrap();
        let nonce = Array::try_from(&*nonce).unwrap();
        let sealed = aead.encrypt(&nonce, Payload { msg: &plain, aad: &aad }).unwrap();
        assert_eq!(aead.decrypt(&nonce, Payload { msg: &sealed, aad: &aad }).unwrap(), plain);
        all.update(&sealed);
    }
    let mut hash = [0; 32];
    all.finalize_xof().read(&mut hash);
    assert_eq!(crate::hex(&hash), "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
}
