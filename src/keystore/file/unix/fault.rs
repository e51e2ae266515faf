//! Faults of a ring's file.

use std::io;
use std::path::Path;

use rustix::io::Errno;

use crate::keystore::error::{KeystoreError, KeystoreErrorKind as Kind};

/// The error for a file that is refused.
pub(super) fn refused(kind: Kind, path: &Path, reason: &str) -> KeystoreError {
    KeystoreError::new(kind, format!("refused {}: {reason}", KeystoreError::shown(path)))
}

/// The system's error when `action` (such as "read") was done to `path`.
pub(super) fn system(action: &str, path: &Path, error: io::Error) -> KeystoreError {
    let (kind, hint) = classify(&error);
    let message = format!("cannot {action} {}: {}", KeystoreError::shown(path), describe(kind, &error));
    let error = KeystoreError::new(kind, message).with_source(error);
    match hint {
        Some(hint) => error.with_hint(hint),
        None => error,
    }
}

fn classify(error: &io::Error) -> (Kind, Option<&'static str>) {
    match Errno::from_io_error(error) {
        Some(Errno::NOENT | Errno::NOTDIR) => (Kind::NotFound, None),
        Some(Errno::EXIST) => (Kind::AlreadyExists, None),
        Some(Errno::ACCESS | Errno::PERM) => {
            (Kind::PermissionDenied, Some("run this as the user who owns the ring and its directory"))
        }
        Some(Errno::ROFS) => {
            (Kind::ReadOnly, Some("change the ring where it is written, and distribute it from there"))
        }
        Some(Errno::BUSY | Errno::XDEV) => {
            (Kind::MountPoint, Some("mount the directory, not the file: a mounted file cannot be replaced"))
        }
        Some(Errno::NOSPC | Errno::DQUOT | Errno::FBIG) => {
            (Kind::Full, Some("the old ring is whole; make room and try again"))
        }
        Some(Errno::LOOP) => (Kind::NotAFile, None),
        _ => (Kind::Io, None),
    }
}

/// The reason in our words if we know it, otherwise in the system's.
fn describe(kind: Kind, error: &io::Error) -> String {
    match kind {
        Kind::NotFound => "no such file or directory".into(),
        Kind::AlreadyExists => "it exists already".into(),
        Kind::PermissionDenied => "permission denied".into(),
        Kind::ReadOnly => "the file system is read-only".into(),
        Kind::MountPoint => "it is a mount point".into(),
        Kind::Full => "no space is left, or no more is allowed".into(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tells(errno: Errno, kind: Kind, message: &str, hint: &str) {
        let error = system("write", Path::new("ring.json"), errno.into());
        assert_eq!((error.kind(), error.to_string().as_str(), error.hint()), (kind, message, Some(hint)));
    }

    #[test]
    fn what_keeps_a_mounted_ring_from_being_written_is_explained() {
        let hint = "mount the directory, not the file: a mounted file cannot be replaced";
        tells(Errno::BUSY, Kind::MountPoint, "cannot write ring.json: it is a mount point", hint);
        let hint = "change the ring where it is written, and distribute it from there";
        let message = "cannot write ring.json: the file system is read-only";
        tells(Errno::ROFS, Kind::ReadOnly, message, hint);
    }

    #[test]
    fn a_full_disk_is_explained() {
        let message = "cannot write ring.json: no space is left, or no more is allowed";
        for errno in [Errno::NOSPC, Errno::DQUOT, Errno::FBIG] {
            tells(errno, Kind::Full, message, "the old ring is whole; make room and try again");
        }
    }

    #[test]
    fn what_the_system_said_is_kept() {
        let error = system("read", Path::new("ring.json"), Errno::IO.into());
        assert_eq!(error.kind(), Kind::Io);
        assert!(error.to_string().starts_with("cannot read ring.json: "));
        assert!(core::error::Error::source(&error).is_some());
    }
}
