//! What can go wrong where a ring is kept.

use core::fmt;
use std::io;
use std::path::Path;

use rustix::io::Errno;

/// Why a ring was not loaded or not stored: a kind, a message that names the place and the reason, often a hint.
#[derive(Debug)]
pub struct KeystoreError {
    kind: KeystoreErrorKind,
    message: String,
    hint: Option<&'static str>,
    source: Option<io::Error>,
}

/// What went wrong.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum KeystoreErrorKind {
    /// There is no ring.
    NotFound,
    /// There is a ring already; it was not replaced.
    AlreadyExists,
    /// Others than the owner have access to the file.
    TooOpen,
    /// The file belongs to somebody else than this process's user or root.
    WrongOwner,
    /// Not a regular file, or to be written through a symbolic link.
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
    /// The ring is encrypted and no identity opens it, or it is not encrypted as it should be.
    Sealed,
    /// The URL of a keystore makes no sense, or names a ring as none can be named.
    BadUrl,
    /// What a node is said to be named, or to hold, makes no sense.
    BadNode,
    /// Anything else that the system reports.
    Io,
}

impl KeystoreError {
    /// An error of a keystore's own making; the message names the place and the reason.
    pub fn new(kind: KeystoreErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, source: None }
    }

    /// Says what to do about it.
    #[must_use]
    pub fn with_hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    /// What the system said when `action` (such as "read") was done to `path`.
    pub(super) fn system(action: &str, path: &Path, error: io::Error) -> Self {
        let (kind, hint) = classify(&error);
        let reason = describe(kind, &error);
        let message = format!("cannot {action} {}: {reason}", path.display());
        Self { kind, message, hint, source: Some(error) }
    }

    /// Which kind of fault it was.
    pub const fn kind(&self) -> KeystoreErrorKind {
        self.kind
    }

    /// What to do about it, where that is known.
    pub const fn hint(&self) -> Option<&'static str> {
        self.hint
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

fn classify(error: &io::Error) -> (KeystoreErrorKind, Option<&'static str>) {
    match Errno::from_io_error(error) {
        Some(Errno::NOENT | Errno::NOTDIR) => (KeystoreErrorKind::NotFound, None),
        Some(Errno::EXIST) => (KeystoreErrorKind::AlreadyExists, None),
        Some(Errno::ACCESS | Errno::PERM) => (
            KeystoreErrorKind::PermissionDenied,
            Some("run this as the user who owns the ring and its directory"),
        ),
        Some(Errno::ROFS) => (
            KeystoreErrorKind::ReadOnly,
            Some("change the ring where it is written, and distribute it from there"),
        ),
        Some(Errno::BUSY | Errno::XDEV) => (
            KeystoreErrorKind::MountPoint,
            Some("mount the directory, not the file: a mounted file cannot be replaced"),
        ),
        Some(Errno::NOSPC | Errno::DQUOT | Errno::FBIG) => {
            (KeystoreErrorKind::Full, Some("the old ring is whole; make room and try again"))
        }
        Some(Errno::LOOP) => (KeystoreErrorKind::NotAFile, None),
        _ => (KeystoreErrorKind::Io, None),
    }
}

/// The reason in our words where we know it, else in the system's.
fn describe(kind: KeystoreErrorKind, error: &io::Error) -> String {
    match kind {
        KeystoreErrorKind::NotFound => "no such file or directory".into(),
        KeystoreErrorKind::AlreadyExists => "it exists already".into(),
        KeystoreErrorKind::PermissionDenied => "permission denied".into(),
        KeystoreErrorKind::ReadOnly => "the file system is read-only".into(),
        KeystoreErrorKind::MountPoint => "it is a mount point".into(),
        KeystoreErrorKind::Full => "no space is left, or no more is allowed".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tells(errno: Errno, kind: KeystoreErrorKind, message: &str, hint: &str) {
        let error = KeystoreError::system("write", Path::new("ring.json"), errno.into());
        assert_eq!((error.kind(), error.to_string().as_str(), error.hint()), (kind, message, Some(hint)));
    }

    #[test]
    fn what_keeps_a_mounted_ring_from_being_written_is_explained() {
        let hint = "mount the directory, not the file: a mounted file cannot be replaced";
        tells(
            Errno::BUSY,
            KeystoreErrorKind::MountPoint,
            "cannot write ring.json: it is a mount point",
            hint,
        );
        let hint = "change the ring where it is written, and distribute it from there";
        let message = "cannot write ring.json: the file system is read-only";
        tells(Errno::ROFS, KeystoreErrorKind::ReadOnly, message, hint);
    }

    #[test]
    fn a_full_disk_is_explained() {
        let message = "cannot write ring.json: no space is left, or no more is allowed";
        for errno in [Errno::NOSPC, Errno::DQUOT, Errno::FBIG] {
            tells(errno, KeystoreErrorKind::Full, message, "the old ring is whole; make room and try again");
        }
    }

    #[test]
    fn what_the_system_said_is_kept() {
        let error = KeystoreError::system("read", Path::new("ring.json"), Errno::IO.into());
        assert_eq!(error.kind(), KeystoreErrorKind::Io);
        assert!(error.to_string().starts_with("cannot read ring.json: "));
        assert!(core::error::Error::source(&error).is_some());
    }
}
