//! A ring as bytes: canonical JSON, with a checksum over every other byte.
//!
//! One ring is one sequence of bytes. The checksum finds damage and hand edits; it is no protection
//! against somebody who may write the file.

use std::borrow::Cow;

use base64_simd::{AsOut, URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::key::{Override, Secret};
use super::{Key, Keyring, KeyringError, KeyringErrorKind as Kind, Tombstone, check, hex};
use crate::Timestamp;
use crate::token::{KeyId, SECRET_LEN, Suite};

/// The most bytes that a ring may have: 1 MiB.
pub const MAX_FILE: usize = 1 << 20;

impl Keyring {
    /// Reads a ring. Only what [`to_bytes`](Self::to_bytes) writes is read.
    ///
    /// # Errors
    /// In this order: [`Kind::TooLarge`], [`Kind::NotAKeyring`], [`Kind::UnknownFormat`], [`Kind::Truncated`],
    /// [`Kind::ChecksumMismatch`], [`Kind::Invalid`] or [`Kind::Full`], [`Kind::NotCanonical`].
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyringError> {
        check_frame(bytes)?;
        let file: FileRing<'_> = serde_json::from_slice(bytes).map_err(|error| {
            // Its own text might quote a secret.
            let (line, column) = (error.line(), error.column());
            invalid(format!("line {line}, column {column} is not what a key ring has there"))
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

    /// The ring's bytes: secrets included, so keep them where only you can read them.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        // Room for all of it from the start: a buffer that grows leaves copies of secrets behind.
        let room = ROOM + self.keys.len() * ROOM_PER_KEY + self.tombstones.len() * ROOM;
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        if serde_json::to_writer_pretty(&mut *bytes, &FileRing::of(self)).is_err() {
            bytes.clear(); // Not reached: every key is a string and a `Vec` takes every write.
        }
        bytes.push(b'\n');
        let sum = split(&bytes).map(|(head, _)| checksum(head)).unwrap_or_default();
        let end = bytes.len().saturating_sub(TAIL.len());
        if let Some(place) = bytes.get_mut(end.saturating_sub(CHECKSUM_LEN)..end) {
            place.copy_from_slice(sum.as_bytes());
        }
        bytes
    }
}

/// Everything that can be said before the JSON is looked at.
fn check_frame(bytes: &[u8]) -> Result<(), KeyringError> {
    if bytes.len() > MAX_FILE {
        return Err(KeyringError::new(Kind::TooLarge, format!("a key ring has at most {MAX_FILE} bytes")));
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

/// Everything before the checksum, and the checksum. What comes after it is constant.
fn split(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = bytes.strip_suffix(TAIL.as_bytes())?;
    let (head, sum) = rest.split_at_checked(rest.len().checked_sub(CHECKSUM_LEN)?)?;
    head.ends_with(LABEL.as_bytes()).then_some((head, sum))
}

fn checksum(head: &[u8]) -> String {
    hex(&Sha256::new_with_prefix(head).chain_update(TAIL).finalize())
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct FileRing<'a> {
    #[serde(borrow)]
    format: Cow<'a, str>,
    ring_id: Cow<'a, str>,
    generation: u64,
    longest_session: u64,
    keys_dead_before: Option<u64>,
    sessions_dead_before: Option<u64>,
    keys: Vec<FileKey<'a>>,
    tombstones: Vec<FileTombstone<'a>>,
    checksum: Cow<'a, str>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct FileKey<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    suite: Cow<'a, str>,
    secret: Secret,
    created: u64,
    not_before: Option<u64>,
    retired_at: Option<u64>,
    #[serde(rename = "override")]
    overridden: Option<Cow<'a, str>>,
    found_dead_at: Option<u64>,
    note: Cow<'a, str>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct FileTombstone<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    created: u64,
    destroyed_at: u64,
}

impl<'a> FileRing<'a> {
    fn of(ring: &'a Keyring) -> Self {
        Self {
            format: FORMAT.into(),
            ring_id: ring.ring_id().into(),
            generation: ring.generation,
            longest_session: ring.longest_session,
            keys_dead_before: ring.keys_dead_before.map(Timestamp::unix),
            sessions_dead_before: ring.sessions_dead_before.map(Timestamp::unix),
            keys: ring.keys.iter().map(FileKey::of).collect(),
            tombstones: ring.tombstones.iter().map(FileTombstone::of).collect(),
            checksum: "0".repeat(CHECKSUM_LEN).into(),
        }
    }

    fn into_ring(self) -> Result<Keyring, KeyringError> {
        let ring_id =
            u128::from_str_radix(&self.ring_id, 16).map_err(|_| invalid("ring_id is not hexadecimal"))?;
        Ok(Keyring {
            ring_id: ring_id.to_be_bytes(),
            generation: self.generation,
            longest_session: self.longest_session,
            keys_dead_before: self.keys_dead_before.map(Timestamp::from_unix),
            sessions_dead_before: self.sessions_dead_before.map(Timestamp::from_unix),
            keys: self.keys.into_iter().map(FileKey::into_key).collect::<Result<_, _>>()?,
            tombstones: self.tombstones.iter().map(FileTombstone::tombstone).collect::<Result<_, _>>()?,
        })
    }
}

impl<'a> FileKey<'a> {
    fn of(key: &'a Key) -> Self {
        Self {
            id: key.id.to_string().into(),
            suite: key.suite().name().into(),
            secret: key.secret.clone(),
            created: key.created.unix(),
            not_before: key.not_before.map(Timestamp::unix),
            retired_at: key.retired_at.map(Timestamp::unix),
            overridden: match key.overridden {
                Override::None => None,
                Override::Disabled => Some(DISABLED.into()),
                Override::Revoked => Some(REVOKED.into()),
            },
            found_dead_at: key.found_dead_at.map(Timestamp::unix),
            note: (*key.note).into(),
        }
    }

    fn into_key(self) -> Result<Key, KeyringError> {
        let id = key_id(&self.id)?;
        let suite = Suite::from_name(&self.suite)
            .ok_or_else(|| invalid(format!("key {id} has a suite that this version does not know")))?;
        let overridden = match self.overridden.as_deref() {
            None => Override::None,
            Some(DISABLED) => Override::Disabled,
            Some(REVOKED) => Override::Revoked,
            Some(_) => return Err(invalid(format!("the override of key {id} is not disabled or revoked"))),
        };
        Ok(Key {
            not_before: self.not_before.map(Timestamp::from_unix),
            retired_at: self.retired_at.map(Timestamp::from_unix),
            overridden,
            found_dead_at: self.found_dead_at.map(Timestamp::from_unix),
            ..Key::new(id, suite, self.secret, Timestamp::from_unix(self.created), &self.note)
        })
    }
}

impl FileTombstone<'_> {
    fn of(tombstone: &Tombstone) -> Self {
        Self {
            id: tombstone.id.to_string().into(),
            created: tombstone.created.unix(),
            destroyed_at: tombstone.destroyed_at.unix(),
        }
    }

    fn tombstone(&self) -> Result<Tombstone, KeyringError> {
        Ok(Tombstone {
            id: key_id(&self.id)?,
            created: Timestamp::from_unix(self.created),
            destroyed_at: Timestamp::from_unix(self.destroyed_at),
        })
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = Zeroizing::new([0; SECRET_TEXT_LEN]);
        serializer.serialize_str(URL_SAFE_NO_PAD.encode_as_str(self.bytes(), text.as_mut_slice().as_out()))
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Borrowed, so that no copy of the text is made; an escape in it is refused.
        let text = <&str>::deserialize(deserializer)?;
        if text.len() != SECRET_TEXT_LEN {
            return Err(de::Error::custom("a secret has 43 characters"));
        }
        Self::fill(|bytes| URL_SAFE_NO_PAD.decode(text.as_bytes(), bytes.as_out()).map(drop))
            .map_err(|_| de::Error::custom("a secret is base64url without padding"))
    }
}

fn key_id(text: &str) -> Result<KeyId, KeyringError> {
    text.parse().map_err(|error| invalid(format!("{error}")))
}

fn invalid(message: impl Into<Cow<'static, str>>) -> KeyringError {
    KeyringError::new(Kind::Invalid, message)
}

const FORMAT: &str = "gingersnap-keyring/1";
const HEAD: &str = "{\n  \"format\": \"gingersnap-keyring/";
const VERSION: &str = "1\",\n";
const LABEL: &str = "\n  \"checksum\": \"";
const TAIL: &str = "\"\n}\n";
const DISABLED: &str = "disabled";
const REVOKED: &str = "revoked";
const CHECKSUM_LEN: usize = 64;
const SECRET_TEXT_LEN: usize = SECRET_LEN.div_ceil(3) * 4 - 1;
const ROOM: usize = 512;
const ROOM_PER_KEY: usize = 1024;
const RESTORE: &str = "restore the newest backup; only `gingersnap keys` writes rings";
