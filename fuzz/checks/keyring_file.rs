//! Any bytes as a key ring's file, as they are and with the checksum that they should have.

use gingersnap::Timestamp;
use gingersnap::keyring::Keyring;
use sha2::{Digest, Sha256};

pub(crate) fn check(bytes: &[u8]) {
    parse(bytes);
    parse(&with_checksum(bytes));
}

fn parse(bytes: &[u8]) {
    match Keyring::parse(bytes) {
        Ok(ring) => {
            assert_eq!(*ring.to_bytes(), *bytes, "one ring is one file");
            assert!(!leaks(&format!("{ring:?}"), bytes));
            for now in [0, 1_800_000_000, u64::from(u32::MAX), u64::MAX].map(Timestamp::from_unix) {
                let active = ring.keys().iter().filter(|key| ring.state(key, now).name() == "active").count();
                assert_eq!(active, usize::from(ring.active(now).is_some()));
            }
        }
        Err(error) => {
            let shown = format!("{error} {error:?} {:?}", error.hint());
            assert!(!leaks(&shown, bytes), "an error must not quote a secret");
        }
    }
}

/// True if 43 characters that may be a secret's stand in both.
fn leaks(shown: &str, bytes: &[u8]) -> bool {
    let is_secret = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    shown
        .as_bytes()
        .windows(43)
        .filter(|run| run.iter().all(is_secret))
        .any(|run| bytes.windows(43).any(|other| other == run))
}

/// The bytes with the checksum put right, where they have a place for one.
fn with_checksum(bytes: &[u8]) -> Vec<u8> {
    const TAIL: &[u8] = b"\"\n}\n";
    let mut bytes = bytes.to_vec();
    if let Some(head) = bytes.len().checked_sub(64 + TAIL.len())
        && bytes.ends_with(TAIL)
    {
        let digest = Sha256::new_with_prefix(&bytes[..head]).chain_update(TAIL).finalize();
        for (place, byte) in bytes[head..head + 64].chunks_mut(2).zip(digest) {
            place.copy_from_slice(format!("{byte:02x}").as_bytes());
        }
    }
    bytes
}
