//! The JSON records of a ring: fixed names in a fixed order, and nothing else.

use std::borrow::Cow;

use base64_simd::{AsOut, URL_SAFE_NO_PAD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

use super::key::{Override, Secret};
use super::{Key, Keyring, KeyringError, KeyringErrorKind as Kind, Tombstone};
use crate::Timestamp;
use crate::token::{KeyId, SECRET_LEN, Suite};

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileRing<'a> {
    #[serde(borrow)]
    format: Cow<'a, str>,
    ring_id: Cow<'a, str>,
    generation: u64,
    longest_session: u64,
    keys_dead_before: Option<u64>,
    sessions_dead_before: Option<u64>,
    index_secret: Option<Secret>,
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
    pub(super) fn of(ring: &'a Keyring) -> Self {
        Self {
            format: FORMAT.into(),
            ring_id: ring.ring_id().into(),
            generation: ring.generation,
            longest_session: ring.longest_session,
            keys_dead_before: ring.keys_dead_before.map(Timestamp::unix),
            sessions_dead_before: ring.sessions_dead_before.map(Timestamp::unix),
            index_secret: Some(ring.index_secret.clone()),
            keys: ring.keys.iter().map(FileKey::of).collect(),
            tombstones: ring.tombstones.iter().map(FileTombstone::of).collect(),
            checksum: "0".repeat(CHECKSUM_LEN).into(),
        }
    }

    pub(super) fn into_ring(self) -> Result<Keyring, KeyringError> {
        let ring_id =
            u128::from_str_radix(&self.ring_id, 16).map_err(|_| invalid("ring_id is not hexadecimal"))?;
        let index_secret = self.index_secret.ok_or_else(|| {
            invalid("the key ring has no index_secret: it is of an older version").with_hint(MAKE_ANEW)
        })?;
        Ok(Keyring {
            ring_id: ring_id.to_be_bytes(),
            generation: self.generation,
            longest_session: self.longest_session,
            keys_dead_before: self.keys_dead_before.map(Timestamp::from_unix),
            sessions_dead_before: self.sessions_dead_before.map(Timestamp::from_unix),
            index_secret,
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
            ..Key::new(id, suite, self.secret, Timestamp::from_unix(self.created), &self.note)?
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

pub(super) fn invalid(message: impl Into<Cow<'static, str>>) -> KeyringError {
    KeyringError::new(Kind::Invalid, message)
}

const FORMAT: &str = "gingersnap-keyring/1";
/// Hexadecimal digits in a SHA-256.
pub(super) const CHECKSUM_LEN: usize = 64;
const MAKE_ANEW: &str =
    "move it away, then `gingersnap keys init` makes another; everybody has to sign in again";
const DISABLED: &str = "disabled";
const REVOKED: &str = "revoked";
const SECRET_TEXT_LEN: usize = SECRET_LEN.div_ceil(3) * 4 - 1;
