//! A ring as bytes: canonical JSON, with a checksum over every other byte.
//!
//! One ring is one sequence of bytes. The checksum finds damage and hand edits; it is no protection
//! against somebody who may write the file.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::record::{CHECKSUM_LEN, FileRing, invalid};
use super::{Keyring, KeyringError, KeyringErrorKind as Kind, check};
use crate::hex::Hex;

impl Keyring {
    /// Reads a ring. It accepts only bytes that [`to_bytes`](Self::to_bytes) writes.
    ///
    /// # Errors
    /// In this order: [`Kind::TooLarge`], [`Kind::NotAKeyring`], [`Kind::UnknownFormat`], [`Kind::Truncated`],
    /// [`Kind::ChecksumMismatch`], [`Kind::Invalid`] or [`Kind::Full`], [`Kind::NotCanonical`].
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyringError> {
        check_frame(bytes)?;
        let file: FileRing<'_> = serde_json::from_slice(bytes).map_err(|error| {
            // serde's own text might quote a secret.
            invalid(format!("near line {} stands what no key ring has there", error.line()))
        })?;
        let ring = file.into_ring()?;
        check::ring(&ring)?;
        if *ring.to_bytes() != bytes {
            return Err(KeyringError::new(
                Kind::NotCanonical,
                "the ring is not written in its one canonical form",
            ));
        }
        Ok(ring)
    }

    /// The ring's bytes. They include the secrets, so keep them where only you can read them.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Room for all of it from the start: a buffer that grows leaves copies of secrets behind.
        let room = ROOM + self.keys.len() * ROOM_PER_KEY + self.tombstones.len() * ROOM;
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        if serde_json::to_writer_pretty(&mut *bytes, &FileRing::of(self)).is_err() {
            bytes.clear(); // Not reached: every key is a string, and a `Vec` accepts every write.
        }
        bytes.push(b'\n');
        let sum = split(&bytes).map(|(head, _)| checksum(head)).unwrap_or_default();
        let end = bytes.len().saturating_sub(TAIL.len());
        if let Some(place) = bytes.get_mut(end.saturating_sub(CHECKSUM_LEN)..end) {
            place.copy_from_slice(sum.as_bytes());
        }
        bytes
    }

    /// 32 hexadecimal digits of the SHA-256 of the ring's bytes. The keys are random, so it reveals nothing of them.
    pub fn digest(&self) -> String {
        let mut digest = Hex(&Sha256::digest(&*self.to_bytes())).to_string();
        digest.truncate(DIGEST_LEN);
        digest
    }
}

/// Checks everything that can be checked without reading the JSON.
fn check_frame(bytes: &[u8]) -> Result<(), KeyringError> {
    if bytes.len() > Keyring::MAX_FILE {
        return Err(KeyringError::new(
            Kind::TooLarge,
            format!("a key ring has at most {} bytes", Keyring::MAX_FILE),
        ));
    }
    if bytes.is_empty() {
        return Err(KeyringError::new(Kind::NotAKeyring, "the key ring is empty").with_hint(RESTORE));
    }
    let rest = bytes
        .strip_prefix(HEAD.as_bytes())
        .ok_or_else(|| KeyringError::new(Kind::NotAKeyring, "these bytes do not begin as a key ring does"))?;
    if !rest.starts_with(VERSION.as_bytes()) {
        return Err(KeyringError::new(
            Kind::UnknownFormat,
            "the key ring's format is not gingersnap-keyring/1",
        )
        .with_hint("a newer gingersnap may have written it"));
    }
    let (head, sum) = split(bytes).ok_or_else(|| {
        KeyringError::new(
            Kind::Truncated,
            "the key ring does not end as it should: it was cut off or added to",
        )
        .with_hint(RESTORE)
    })?;
    if checksum(head).as_bytes() != sum {
        return Err(KeyringError::new(
            Kind::ChecksumMismatch,
            "the key ring's checksum does not match: it is damaged or was edited by hand",
        )
        .with_hint(RESTORE));
    }
    Ok(())
}

/// The bytes before the checksum, and the checksum. The rest is constant.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_suffix(TAIL.as_bytes())?;
    let (head, sum) = rest.split_at_checked(rest.len().checked_sub(CHECKSUM_LEN)?)?;
    head.ends_with(LABEL.as_bytes()).then_some((head, sum))
}

fn checksum(head: &[u8]) -> String {
    Hex(&Sha256::new_with_prefix(head).chain_update(TAIL).finalize()).to_string()
}

const HEAD: &str = "{\n  \"format\": \"gingersnap-keyring/";
const VERSION: &str = "1\",\n";
const LABEL: &str = "\n  \"checksum\": \"";
const TAIL: &str = "\"\n}\n";
const DIGEST_LEN: usize = 32;
const ROOM: usize = 512;
const ROOM_PER_KEY: usize = 1024;
const RESTORE: &str = "restore the newest backup; only `gingersnap keys` writes rings";
