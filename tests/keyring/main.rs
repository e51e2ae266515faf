//! The key ring: states, verbs, bytes.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking, and are documented by their names"
)]

mod errors;
mod file;
mod fleet;
mod lint;
mod persons;
mod properties;
mod prune;
mod restore;
mod rotation;
mod secrets;
mod states;
mod stop;
mod succession;
mod tick;

use gingersnap::NoEntropy;
use gingersnap::keyring::{Key, KeyState, Keyring, KeyringErrorKind};
use gingersnap::token::{Aad, Kind, Plaintext, SealError, Sealed, Sealing, Suite, Unopened};
use gingersnap::{Refusal, SKEW, Timestamp};
use sha2::{Digest, Sha256};

const DAY: u64 = 86_400;
const LONGEST: u64 = 30 * DAY;
const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

/// SplitMix64: reproducible, and different for every seed.
fn random(seed: u64) -> impl FnMut(&mut [u8]) -> Result<(), NoEntropy> {
    let mut state = seed;
    move |bytes| {
        for byte in bytes {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            *byte = (mixed ^ (mixed >> 27)).to_be_bytes()[0];
        }
        Ok(())
    }
}

fn ring() -> Keyring {
    Keyring::init(Suite::default(), LONGEST, NOW, &mut random(1)).unwrap()
}

fn aad() -> Aad {
    Aad::new(Kind::Data, "tag", "session", "tests", "").unwrap()
}

fn seal(ring: &Keyring, now: Timestamp) -> Result<Sealed, SealError> {
    let mut plain = Plaintext::with_capacity(5);
    plain.extend(b"hello");
    ring.seal(plain, &aad(), now, &Sealing::new(now, [7; 16]))
}

fn open(ring: &Keyring, sealed: &Sealed, now: Timestamp) -> Result<(), Refusal> {
    let token = Unopened::parse(sealed.to_string().as_bytes()).unwrap();
    ring.open(token, &aad(), now, Some(now)).map(|opened| assert_eq!(opened.plain(), b"hello"))
}

#[track_caller]
fn in_state(ring: &Keyring, state: KeyState, now: Timestamp) -> &Key {
    let keys: Vec<_> = ring.keys().iter().filter(|key| ring.state(key, now) == state).collect();
    assert_eq!(keys.len(), 1, "keys that are {state}");
    keys[0]
}

#[track_caller]
fn state(ring: &Keyring, key: &Key, now: Timestamp) -> KeyState {
    ring.state(ring.key(key.id()).unwrap(), now)
}

fn text(ring: &Keyring) -> String {
    String::from_utf8(ring.to_bytes().to_vec()).unwrap()
}

/// The text with the checksum that it should have.
fn with_checksum(text: &str) -> String {
    let (head, _) = text.rsplit_once("\"checksum\": \"").unwrap();
    let head = format!("{head}\"checksum\": \"");
    let sum = Sha256::new_with_prefix(&head).chain_update("\"\n}\n").finalize();
    let sum: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{head}{sum}\"\n}}\n")
}

/// The ring that `change` makes of a ring's text.
#[track_caller]
fn edited(ring: &Keyring, change: impl FnOnce(&str) -> String) -> Keyring {
    Keyring::parse(with_checksum(&change(&text(ring))).as_bytes()).unwrap()
}

#[track_caller]
fn refuses_edit(ring: &Keyring, change: impl FnOnce(&str) -> String, kind: KeyringErrorKind, message: &str) {
    let error = Keyring::parse(with_checksum(&change(&text(ring))).as_bytes()).unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, message));
}
