//! One key: its secret, and the times that decide its state.

use core::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{KeyringError, KeyringErrorKind as Kind, Random};
use crate::NoEntropy;
use crate::Timestamp;
use crate::hex::Hex;
use crate::token::{Cipher, KeyId, SECRET_LEN, Suite};

/// A key of a ring, ready to seal and open. Its secret is wiped when it is dropped, and `Debug` shows none of it.
#[derive(Clone)]
pub struct Key {
    pub(super) id: KeyId,
    pub(super) cipher: Cipher,
    pub(super) secret: Secret,
    pub(super) created: Timestamp,
    pub(super) not_before: Option<Timestamp>,
    pub(super) retired_at: Option<Timestamp>,
    pub(super) overridden: Override,
    pub(super) found_dead_at: Option<Timestamp>,
    pub(super) note: Box<str>,
}

/// The operator's decision about a key, in addition to its times.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Override {
    #[default]
    None,
    Disabled,
    Revoked,
}

impl Key {
    /// A key without any times but its creation.
    ///
    /// # Errors
    /// [`Kind::MissingSuite`].
    pub(super) fn new(
        id: KeyId,
        suite: Suite,
        secret: Secret,
        created: Timestamp,
        note: &str,
    ) -> Result<Self, KeyringError> {
        let cipher = Cipher::new(suite, secret.bytes()).ok_or_else(|| {
            KeyringError::new(
                Kind::MissingSuite,
                format!("key {id} is for {suite}, which this build does not have"),
            )
            .with_hint("build it with the feature `xchacha20`")
        })?;
        Ok(Self {
            id,
            cipher,
            secret,
            created,
            not_before: None,
            retired_at: None,
            overridden: Override::None,
            found_dead_at: None,
            note: note.into(),
        })
    }

    /// The key's name in tokens.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The one suite that the key is for.
    pub const fn suite(&self) -> Suite {
        self.cipher.suite()
    }

    /// The time at which the key was made.
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// The time at which the key comes or came into force; none for a standby.
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// The time at which the key's successor comes or came into force. From then on this key never seals again.
    pub const fn retired_at(&self) -> Option<Timestamp> {
        self.retired_at
    }

    /// The time at which `prune` first found the key expired or revoked.
    pub const fn found_dead_at(&self) -> Option<Timestamp> {
        self.found_dead_at
    }

    /// The operator's note on adding the key.
    pub fn note(&self) -> &str {
        &self.note
    }

    /// Names the secret without revealing it: eight hexadecimal digits of a SHA-256.
    pub fn fingerprint(&self) -> String {
        let [a, b, c, d, ..] = self.secret.digest();
        Hex(&[a, b, c, d]).to_string()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key").field("id", &self.id).field("suite", &self.suite()).finish_non_exhaustive()
    }
}

/// 32 random bytes. On the heap, so that moving a key leaves no copy behind; wiped when dropped.
#[derive(Clone)]
pub(super) struct Secret(Box<Zeroizing<[u8; SECRET_LEN]>>);

impl Secret {
    pub(super) fn random(random: &mut Random<'_>) -> Result<Self, NoEntropy> {
        Self::fill(|bytes| random(bytes))
    }

    /// The secret that `write` puts into the buffer.
    pub(super) fn fill<E>(write: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<Self, E> {
        let mut secret = Self(Box::default());
        write(secret.0.as_mut_slice())?;
        Ok(secret)
    }

    pub(super) fn bytes(&self) -> &[u8; SECRET_LEN] {
        &self.0
    }

    /// Reads every byte, whatever the first ones are, so that the time does not depend on them.
    pub(super) fn is_zero(&self) -> bool {
        self.0.iter().fold(0, |all, byte| all | byte) == 0
    }

    /// The only form in which secrets are compared, so that no comparison depends on a secret's bytes.
    pub(super) fn digest(&self) -> [u8; 32] {
        Sha256::new_with_prefix(FINGERPRINT_LABEL).chain_update(self.bytes()).finalize().into()
    }
}

/// A destroyed key. Its id is never given again, and its tokens are refused as known and dead.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tombstone {
    pub(super) id: KeyId,
    pub(super) created: Timestamp,
    pub(super) destroyed_at: Timestamp,
}

impl Tombstone {
    /// The id that the key had.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The time at which the key was made.
    pub const fn created(&self) -> Timestamp {
        self.created
    }

    /// The time at which its secret was destroyed.
    pub const fn destroyed_at(&self) -> Timestamp {
        self.destroyed_at
    }
}

const FINGERPRINT_LABEL: &[u8] = b"gingersnap key fingerprint/1";
