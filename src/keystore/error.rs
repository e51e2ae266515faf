//! Errors of keystores.

use core::fmt;
use std::borrow::Cow;
use std::ffi::OsStr;
use std::io;
use std::path::Path;

use crate::keyring::KeyringError;

use super::shown::shown;

/// An error loading or storing a ring: a kind, a message that names the place and the reason, often a hint.
///
/// `Debug` shows the message and the hint: it is what `main() -> Result<…>` prints.
pub struct KeystoreError {
    kind: KeystoreErrorKind,
    message: String,
    hint: Option<Cow<'static, str>>,
    record: Option<Box<[u8]>>,
    source: Option<io::Error>,
}

/// The kind of a [`KeystoreError`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum KeystoreErrorKind {
    /// There is no ring.
    NotFound,
    /// There is a ring already; it was not replaced.
    AlreadyExists,
    /// Others besides the owner have access to the file.
    TooOpen,
    /// The file belongs to neither this process's user nor root.
    WrongOwner,
    /// It is not a regular file, or it would be written through a symbolic link.
    NotAFile,
    /// More bytes than a ring may have.
    TooLarge,
    /// The ring was changed since it was loaded.
    Conflict,
    /// This process may not do that.
    PermissionDenied,
    /// The file system is mounted read-only.
    ReadOnly,
    /// The file is a mount point of its own and cannot be replaced.
    MountPoint,
    /// No space, or no quota, is left.
    Full,
    /// The keystore cannot be reached, or takes too long.
    Unreachable,
    /// Another process has had the lock for too long.
    Locked,
    /// The ring is encrypted and cannot be opened, or should be and is not; or identities or recipients are bad.
    Sealed,
    /// The URL of a keystore has a mistake, or the ring's name in it is not allowed.
    BadUrl,
    /// A node's name or record makes no sense.
    BadNode,
    /// This build or this platform has no such keystore, or nothing that could open the ring.
    Unsupported,
    /// The bytes are not a key ring.
    BadRing,
    /// Anything else that the system reports.
    Io,
}

impl KeystoreError {
    /// A path, a name or an option's value, as errors and logs show it: as it is, unless it may be a secret that was given by
    /// mistake. Then only its length is shown.
    ///
    /// A value may be a secret if it has several lines or any control character, `{`, `}` or `"`; if it begins like an identity
    /// of age or a PEM file; if it has an `@` after `://`, or `password=` or the like; or if it has more than 255 bytes.
    pub fn shown(value: impl AsRef<OsStr>) -> String {
        shown(value.as_ref())
    }

    /// An error of a keystore's own making; the message names the place and the reason.
    pub fn new(kind: KeystoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, record: None, source: None }
    }

    /// Adds a remedy.
    #[must_use]
    pub fn with_hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// The error for bytes that are not a ring.
    pub(super) fn bad_ring(path: &Path, error: &KeyringError) -> Self {
        let message = format!("cannot use {}: {error}", shown(path.as_os_str()));
        Self {
            hint: error.hint().map(|hint| hint.to_owned().into()),
            ..Self::new(KeystoreErrorKind::BadRing, message)
        }
    }

    /// Adds the name of the node's record that cannot be read, as [`forget`](super::Keystore::forget) takes it.
    #[must_use]
    pub fn of_record(self, name: &[u8]) -> Self {
        Self { record: Some(name.into()), ..self }
    }

    /// Keeps the system's error.
    #[cfg(unix)]
    pub(super) fn with_source(self, source: io::Error) -> Self {
        Self { source: Some(source), ..self }
    }

    /// The kind of fault.
    pub const fn kind(&self) -> KeystoreErrorKind {
        self.kind
    }

    /// The name of the node's record that cannot be read, if the error is about one. It may be any bytes, since others may have
    /// written it.
    pub fn record(&self) -> Option<&[u8]> {
        self.record.as_deref()
    }

    /// A remedy, if one is known.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Debug for KeystoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}

impl fmt::Display for KeystoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl core::error::Error for KeystoreError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        self.source.as_ref().map(|source| source as _)
    }
}
