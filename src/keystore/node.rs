//! A node's record of the ring that it holds.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::error::{KeystoreError, KeystoreErrorKind as Kind};
use super::loaded::Version;
use super::shown::may_be_secret;
use crate::Timestamp;
use crate::keyring::Keyring;
use crate::token::KeyId;

/// One node's last record of the ring that it holds. It is for `gingersnap keys rollout`, and for the next start, which refuses a
/// ring that is older than any node has had, or a different one of the same generation.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Node {
    name: NodeName,
    ring_id: String,
    generation: u64,
    digest: String,
    active_key: Option<KeyId>,
    seen_at: Timestamp,
    stopped: bool,
}

impl Node {
    /// Records that `name` holds `keyring` at `now`.
    pub fn new(name: NodeName, keyring: &Keyring, now: Timestamp) -> Self {
        Self {
            name,
            ring_id: keyring.ring_id(),
            generation: keyring.generation(),
            digest: keyring.digest(),
            active_key: keyring.active(now).map(crate::keyring::Key::id),
            seen_at: now,
            stopped: false,
        }
    }

    /// Marks the node as properly stopped: nobody needs to wait for it.
    #[must_use]
    pub fn stopped(self) -> Self {
        Self { stopped: true, ..self }
    }

    /// Its name, which no other node with this ring has.
    pub const fn name(&self) -> &NodeName {
        &self.name
    }

    /// The [`ring_id`](Keyring::ring_id) of the ring that it holds.
    pub fn ring_id(&self) -> &str {
        &self.ring_id
    }

    /// The generation that it holds.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// True if it holds exactly this ring. If it does not, and id and generation are the same, two copies were changed apart.
    pub fn holds(&self, keyring: &Keyring) -> bool {
        self.digest == keyring.digest()
    }

    /// The key that it seals with, if any.
    pub const fn active_key(&self) -> Option<KeyId> {
        self.active_key
    }

    /// The time of the record, by its own clock.
    pub const fn seen_at(&self) -> Timestamp {
        self.seen_at
    }

    /// True if it stopped properly.
    pub const fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The record that a keystore keeps: one line of JSON.
    pub fn to_json(&self) -> String {
        let record = Record {
            name: self.name.to_string(),
            ring_id: self.ring_id.clone(),
            generation: self.generation,
            digest: self.digest.clone(),
            active_key: self.active_key.map(|id| id.to_string()),
            seen_at: self.seen_at.unix(),
            stopped: self.stopped,
        };
        serde_json::to_string(&record).unwrap_or_default() // Every field is a string, a number or a bool.
    }

    /// Reads the record of this name at `place`, after which the name is shown. The record must be of the node with that name.
    #[cfg(any(unix, feature = "postgres", feature = "redis"))]
    pub(crate) fn found(place: &str, name: &[u8], json: &[u8]) -> Result<Self, KeystoreError> {
        let bad = |reason: String| {
            let message = format!("{place}{}: {reason}", NodeName::shown(name));
            KeystoreError::new(Kind::BadNode, message).with_hint(FORGET).of_record(name)
        };
        let node = Self::from_json(json).map_err(|error| bad(error.to_string()))?;
        if node.name.0.as_bytes() == name {
            return Ok(node);
        }
        Err(bad(format!("it is about another node, {}", node.name)))
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// [`Kind::BadNode`].
    pub fn from_json(json: &[u8]) -> Result<Self, KeystoreError> {
        let bad = |reason: String| KeystoreError::new(Kind::BadNode, format!("a node's record: {reason}"));
        if json.len() > MAX_RECORD {
            return Err(bad(format!("it has more than {MAX_RECORD} bytes")));
        }
        let record: Record = serde_json::from_slice(json).map_err(|error| bad(error.to_string()))?;
        for (name, text) in [("ring_id", &record.ring_id), ("digest", &record.digest)] {
            if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
                return Err(bad(format!("{name} is not 32 hexadecimal digits")));
            }
        }
        if !(1..=Keyring::MAX_GENERATION).contains(&record.generation) {
            return Err(bad("generation is not from 1 to 2^53".into()));
        }
        let key = |id: String| id.parse().map_err(|error| bad(format!("{error}")));
        Ok(Self {
            name: record.name.parse()?,
            ring_id: record.ring_id,
            generation: record.generation,
            digest: record.digest,
            active_key: record.active_key.map(key).transpose()?,
            seen_at: Timestamp::from_unix(record.seen_at),
            stopped: record.stopped,
        })
    }
}

/// 1 to 128 ASCII letters, digits, `.`, `_`, `-` and `:`, and the first is not `.`: fit for the name of a file.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct NodeName(Box<str>);

impl NodeName {
    /// The name of a record, whether or not it is a node's, as errors show it and operators can type it.
    ///
    /// Anything that is not printable ASCII is escaped. A name longer than a node's is cut, and ends in its digest.
    pub fn shown(name: &[u8]) -> String {
        let shown = name.escape_ascii().to_string();
        if shown.len() <= MAX_NAME {
            return shown;
        }
        let digest = Version::of(name).to_string();
        format!("{shown:.64}...{digest:.8}")
    }
}

impl core::str::FromStr for NodeName {
    type Err = KeystoreError;

    fn from_str(text: &str) -> Result<Self, KeystoreError> {
        let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:".contains(&byte);
        let is_name = (1..=MAX_NAME).contains(&text.len()) && !text.starts_with('.') && text.bytes().all(fit);
        // An identity of age has these letters too.
        if is_name && !may_be_secret(text) {
            return Ok(Self(text.into()));
        }
        let message =
            "a node's name has 1 to 128 letters, digits, '.', '_', '-' and ':', and begins with no '.'";
        Err(KeystoreError::new(Kind::BadNode, message))
    }
}

impl fmt::Display for NodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for NodeName {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// Unknown fields are accepted: nodes of a newer program run beside those of an older one.
#[derive(Deserialize, Serialize)]
struct Record {
    name: String,
    ring_id: String,
    generation: u64,
    digest: String,
    active_key: Option<String>,
    seen_at: u64,
    stopped: bool,
}

/// The error in place of the records beyond [`MAX_NODES`], or of too many bytes.
#[cfg(any(unix, feature = "postgres", feature = "redis"))]
pub(crate) fn too_many(place: &dyn fmt::Display) -> KeystoreError {
    let message =
        format!("{place}: there are more than {MAX_NODES} nodes' records, and the rest is not read");
    KeystoreError::new(Kind::BadNode, message)
        .with_hint("remove those that are not yours where they are kept")
}

#[cfg(any(unix, feature = "postgres", feature = "redis"))]
const FORGET: &str = "`gingersnap keys rollout --forget NODE` removes the record of a node that is not yours";
/// The most bytes of a record.
pub(crate) const MAX_RECORD: usize = 1024;
/// The most records that are read.
#[cfg(any(unix, feature = "postgres", feature = "redis"))]
pub(crate) const MAX_NODES: usize = 10_000;
const MAX_NAME: usize = 128;
