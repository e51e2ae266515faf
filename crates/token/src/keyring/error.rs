//! Errors of reading or changing a ring.

use crate::NoEntropy;
use core::fmt;
use std::borrow::Cow;

/// The reason why a ring was not read or not changed: a kind, a precise message and often a hint.
///
/// It is never caused by a stranger's input, and never shows a secret.
///
/// `Debug` shows the message and the hint: it is what `main() -> Result<…>` prints.
#[derive(Clone, Eq, PartialEq)]
pub struct KeyringError {
    kind: KeyringErrorKind,
    message: Cow<'static, str>,
    hint: Option<Cow<'static, str>>,
}

/// The kind of an error: one for each rule.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum KeyringErrorKind {
    /// More than [`Keyring::MAX_FILE`](super::Keyring::MAX_FILE) bytes.
    TooLarge,
    /// The beginning of the bytes is not that of a ring.
    NotAKeyring,
    /// A ring of a format that this version does not know.
    UnknownFormat,
    /// The end of the bytes is not that of a ring.
    Truncated,
    /// The checksum does not match the bytes.
    ChecksumMismatch,
    /// The same ring is written with other bytes.
    NotCanonical,
    /// A value, or two values together, make no sense.
    Invalid,
    /// A key is for a suite that this build does not have.
    MissingSuite,
    /// The ring has no key with this id.
    NoSuchKey,
    /// The key's state does not allow this.
    WrongState,
    /// A rotation has begun and is not in force yet.
    RotationPending,
    /// The ring has no standby to put in force.
    NoStandby,
    /// An argument is out of its range.
    BadArgument,
    /// The ring has as many keys or tombstones as it may have.
    Full,
    /// The ring would stay as it is.
    NothingToDo,
    /// The random source failed, or repeated itself.
    Entropy,
    /// The other ring has another ring id.
    OtherRing,
    /// The other ring has a lower generation.
    RolledBack,
    /// The other ring has the same generation and other content.
    Diverged,
}

impl KeyringError {
    pub(super) fn new(kind: KeyringErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    pub(super) fn with_hint(self, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The rule that was broken.
    pub const fn kind(&self) -> KeyringErrorKind {
        self.kind
    }

    /// The remedy, if one is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Debug for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}

impl fmt::Display for KeyringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for KeyringError {}

impl From<NoEntropy> for KeyringError {
    fn from(error: NoEntropy) -> Self {
        Self::new(KeyringErrorKind::Entropy, error.to_string())
    }
}

/// A random source: fills the whole buffer, or fails. Outside tests it must be as good as [`Entropy`](crate::Entropy).
pub(crate) type Random<'a> = dyn FnMut(&mut [u8]) -> Result<(), NoEntropy> + 'a;
