//! `Debug` output of types that hold secrets shows none of them.

use std::fmt::Debug;

use gingersnap::keyring::Keyring;
use gingersnap::token::{KeyId, Padding, PersonId, Sealing, SessionId, Suite, Unopened};

use crate::{SEALED_AT, aad, cipher, plain, token};

/// The output without the parts that may be shown.
#[track_caller]
fn shows_exactly(it: &impl Debug, expected: &str) {
    assert_eq!(format!("{it:?}"), expected);
}

#[test]
fn a_cipher_shows_its_suite_alone() {
    shows_exactly(&cipher(Suite::Xaes256Gcm), "Cipher(Xaes256Gcm)");
    shows_exactly(&cipher(Suite::XChaCha20Poly1305), "Cipher(XChaCha20Poly1305)");
}

#[test]
fn an_id_shows_nothing() {
    shows_exactly(&SessionId::from_bytes(*b"0123456789abcdef"), "SessionId(..)");
    shows_exactly(&PersonId::from_bytes(*b"0123456789abcdef"), "PersonId(..)");
}

#[test]
fn a_plaintext_shows_its_length_alone() {
    shows_exactly(&plain(b"secret"), "Plaintext { len: 6, .. }");
}

#[test]
fn tokens_show_their_header_alone() {
    let text = token(Suite::default(), b"secret", Padding::None);
    let header = "Header { suite: Some(Xaes256Gcm), key_id: KeyId([161, 178, 195]), sealed_at: Timestamp(1800000000) }";
    let unopened = Unopened::parse(text.as_bytes()).unwrap();
    shows_exactly(&unopened, &format!("Unopened {{ header: {header}, .. }}"));
    let opened = unopened.open(&cipher(Suite::default()), &aad()).unwrap();
    assert_eq!(opened.plain(), b"secret");
    let expected = "Opened { sealed_at: Timestamp(1800000000), key_id: KeyId([161, 178, 195]), .. }";
    shows_exactly(&opened, expected);
    let id = KeyId::from_bytes([1; 3]);
    let sealing = Sealing::new(SEALED_AT, [1; 16]);
    let sealed = plain(b"secret").seal(&cipher(Suite::default()), id, &aad(), &sealing).unwrap();
    shows_exactly(&sealed, &format!("Sealed {{ text_len: {}, .. }}", sealed.text_len()));
}

#[test]
fn a_ring_shows_no_secret() {
    let mut random = |bytes: &mut [u8]| {
        bytes.fill(0xab);
        bytes[0] = bytes.len() as u8;
        Ok(())
    };
    // One key's worth of randomness is enough: the second key would repeat the first one's id.
    let ring = Keyring::init(Suite::default(), 3600, SEALED_AT, &mut random);
    assert!(ring.is_err());
    let ring = Keyring::parse(include_bytes!("../vectors/keyring.json")).unwrap();
    let shown = format!("{ring:?} {ring:#?}");
    let file = String::from_utf8(ring.to_bytes().to_vec()).unwrap();
    let secrets: Vec<&str> = file
        .lines()
        .filter_map(|line| line.trim().split_once("secret\": \"")?.1.strip_suffix("\","))
        .collect();
    assert_eq!(secrets.len(), ring.keys().len() + 1);
    for secret in secrets {
        let bytes = crate::base64url::decode(secret);
        assert_eq!(bytes.len(), 32);
        assert!(!shown.contains(secret) && !shown.contains(&crate::hex(&bytes)));
        assert!(!shown.contains(&format!("{bytes:?}")));
    }
}
