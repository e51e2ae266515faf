//! The cost of opening a token, in AEAD calls. Everything else is tested in `tests/keyring/`.

use super::key::Override;
use super::*;
use crate::token::{Aad, Kind as TokenKind, Padding, Plaintext, Sealing, Unopened, calls};
use crate::{NoEntropy, Refusal, SKEW};

const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);
const DAY: u64 = 86_400;

fn counter(seed: u8) -> impl FnMut(&mut [u8]) -> Result<(), NoEntropy> {
    let mut next = seed;
    move |bytes| {
        for byte in bytes {
            next = next.wrapping_mul(109).wrapping_add(89);
            *byte = next;
        }
        Ok(())
    }
}

fn ring() -> Keyring {
    Keyring::init(Suite::default(), 30 * DAY, NOW, &mut counter(1)).unwrap()
}

fn aad() -> Aad {
    Aad::new(TokenKind::Data, "tag", "session", "tests", "").unwrap()
}

fn token(ring: &Keyring, sealed_at: Timestamp) -> Unopened {
    let sealing = Sealing { padding: Padding::None, ..Sealing::new(sealed_at, [7; 16]) };
    let sealed = ring.seal(Plaintext::with_capacity(0), &aad(), NOW, &sealing);
    Unopened::parse(sealed.unwrap().to_string().as_bytes()).unwrap()
}

#[track_caller]
fn costs(calls: usize, result: Result<(), Refusal>, ring: &Keyring, token: Unopened, now: Timestamp) {
    let (opened, made) = calls::during(|| ring.open(token, &aad(), now, Some(NOW)));
    assert_eq!(opened.map(drop), result);
    assert_eq!(made, calls);
}

/// The ring after `change` was made to the key that seals.
fn with_active(ring: &Keyring, change: impl FnOnce(&mut Key)) -> Keyring {
    let mut ring = ring.clone();
    let active = ring.active(NOW).unwrap().id;
    change(ring.keys.iter_mut().find(|key| key.id == active).unwrap());
    ring
}

#[test]
fn a_token_whose_key_may_open_costs_one_call() {
    let ring = ring();
    costs(1, Ok(()), &ring, token(&ring, NOW), NOW);
    costs(1, Err(Refusal::FromFuture), &ring, token(&ring, NOW.plus(61)), NOW);
    let standby = with_active(&ring, |key| key.not_before = None);
    costs(1, Ok(()), &standby, token(&ring, NOW), NOW);
    let staged = with_active(&ring, |key| key.not_before = Some(NOW.plus(1)));
    costs(1, Ok(()), &staged, token(&ring, NOW), NOW);
    let retiring = with_active(&ring, |key| key.retired_at = Some(NOW));
    costs(1, Ok(()), &retiring, token(&ring, NOW), NOW);
}

#[test]
fn a_forged_token_costs_one_call() {
    let ring = ring();
    let other = Aad::new(TokenKind::Identity, "tag", "session", "tests", "").unwrap();
    let (opened, made) = calls::during(|| ring.open(token(&ring, NOW), &other, NOW, None));
    assert_eq!((opened.unwrap_err(), made), (Refusal::Forged, 1));
}

#[test]
fn a_token_whose_key_may_not_open_costs_none() {
    let ring = ring();
    let token = || token(&ring, NOW);
    let disabled = with_active(&ring, |key| key.overridden = Override::Disabled);
    costs(0, Err(Refusal::KeyDisabled), &disabled, token(), NOW);
    let revoked = with_active(&ring, |key| key.overridden = Override::Revoked);
    costs(0, Err(Refusal::KeyRevoked), &revoked, token(), NOW);
    let dead = Keyring { keys_dead_before: Some(NOW.plus(1)), ..ring.clone() };
    costs(0, Err(Refusal::KeyRevoked), &dead, token(), NOW);
    let retired = with_active(&ring, |key| key.retired_at = Some(NOW));
    costs(0, Err(Refusal::KeyExpired), &retired, token(), NOW.plus(30 * DAY + SKEW));
    #[cfg(feature = "xchacha20")]
    {
        let suite = with_active(&ring, |key| {
            key.cipher = crate::token::Cipher::new(Suite::XChaCha20Poly1305, key.secret.bytes()).unwrap();
        });
        costs(0, Err(Refusal::WrongSuite), &suite, token(), NOW);
    }
}

#[cfg(not(feature = "xchacha20"))]
#[test]
fn a_suite_that_the_build_lacks_is_refused_by_name() {
    use sha2::{Digest as _, Sha256};

    let error = Keyring::init(Suite::XChaCha20Poly1305, 30 * DAY, NOW, &mut counter(1)).unwrap_err();
    assert_eq!(error.kind(), KeyringErrorKind::MissingSuite);
    let told = "is for xchacha20-poly1305, which this build does not have";
    assert!(error.to_string().ends_with(told), "{error}");
    assert_eq!(error.hint(), Some("build it with the feature `xchacha20`"));
    let other = String::from_utf8(ring().to_bytes().to_vec()).unwrap();
    let other = other.replace("xaes-256-gcm", "xchacha20-poly1305");
    let (head, tail) = other.split_at(other.len() - "\"\n}\n".len() - 64);
    let sum = Sha256::new_with_prefix(head).chain_update(&tail[64..]).finalize();
    let other = other.replace(&tail[..64], &Hex(&sum).to_string());
    let error = Keyring::parse(other.as_bytes()).unwrap_err();
    assert_eq!(error.kind(), KeyringErrorKind::MissingSuite);
}

#[test]
fn a_token_of_no_key_costs_none() {
    let ring = ring();
    let other = Keyring::init(Suite::default(), 30 * DAY, NOW, &mut counter(2)).unwrap();
    let stranger = |sealed_at| token(&other, sealed_at);
    costs(0, Err(Refusal::UnknownNewerKey), &ring, stranger(NOW), NOW);
    costs(0, Err(Refusal::UnknownNewerKey), &ring, stranger(NOW.minus(60)), NOW);
    costs(0, Err(Refusal::UnknownKey), &ring, stranger(NOW.minus(61)), NOW);
    let id = stranger(NOW).header().key_id;
    let tombstones = vec![Tombstone { id, created: NOW, destroyed_at: NOW }];
    costs(0, Err(Refusal::KeyDestroyed), &Keyring { tombstones, ..ring.clone() }, stranger(NOW), NOW);
}

#[test]
fn a_token_older_than_the_longest_session_costs_none() {
    let ring = ring();
    let last = NOW.plus(30 * DAY + SKEW - 1);
    costs(1, Ok(()), &ring, token(&ring, NOW), last);
    costs(0, Err(Refusal::TooOld), &ring, token(&ring, NOW), last.plus(1));
}

#[test]
fn a_ring_is_read_back_as_it_was_written() {
    let ring = ring();
    let bytes = ring.to_bytes();
    assert_eq!(*Keyring::parse(&bytes).unwrap().to_bytes(), *bytes);
}
