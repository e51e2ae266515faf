//! A ring in a file.

use core::fmt;
use std::path::{Path, PathBuf};

use super::contract::{Answer, Keystore};
#[cfg(doc)]
use super::error::KeystoreErrorKind as Kind;
use super::error::{KeystoreError, KeystoreErrorKind};
use super::loaded::{Loaded, Version};
use super::node::Node;
use crate::keyring::Keyring;
#[cfg(not(unix))]
use other as system;
#[cfg(unix)]
use unix as system;

#[cfg(not(unix))]
mod other;
#[cfg(unix)]
mod unix;

/// Keeps a ring in one file, readable by its owner alone.
///
/// A file with any bit set for the world is refused, and so is a file that belongs to neither this process's user nor root.
/// Writing takes the lock `<file>.lock`, writes `<file>.tmp`, flushes it, and renames it into place: a crash leaves the old ring
/// or the new one. It keeps owner, group and group-read as they were. Nodes write their records into the folder `<file>.nodes`,
/// if they may.
///
/// The methods block for as long as a small local file takes, and so do those of [`Keystore`]. On platforms without
/// the owners and modes of Unix, all of them are errors of the kind [`Unsupported`](Kind::Unsupported).
#[derive(Clone, Debug)]
pub struct FileKeystore {
    path: PathBuf,
    allow_group_read: bool,
}

impl FileKeystore {
    /// The ring in the file at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), allow_group_read: false }
    }

    /// Accepts a file that its group may read, as Kubernetes makes it with `fsGroup`.
    #[must_use]
    pub fn allow_group_read(self, allow: bool) -> Self {
        Self { allow_group_read: allow, ..self }
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's bytes. Takes no lock: a file is whole at all times.
    ///
    /// # Errors
    /// [`Kind::NotFound`], [`Kind::NotAFile`], [`Kind::TooOpen`], [`Kind::WrongOwner`], [`Kind::TooLarge`],
    /// and the errors that the system reports.
    pub fn read(&self) -> Result<Loaded, KeystoreError> {
        system::read(&self.path, self.allow_group_read)
    }

    /// The ring in the file, for a program that does not follow it: a [`Reloader`](crate::Reloader) does.
    ///
    /// # Errors
    /// Those of [`read`](Self::read), and [`Kind::BadRing`] if the bytes are not a ring.
    pub fn load(&self) -> Result<Keyring, KeystoreError> {
        let loaded = self.read_ring()?;
        Keyring::parse(loaded.bytes()).map_err(|error| KeystoreError::bad_ring(&self.path, &error))
    }

    fn read_ring(&self) -> Result<Loaded, KeystoreError> {
        self.read().map_err(|error| match error.kind() {
            KeystoreErrorKind::NotFound => error.with_hint(MISSING),
            _ => error,
        })
    }

    /// The bytes of a file that is not secret but that only its owner may change, such as one of recipients: others may read it.
    ///
    /// # Errors
    /// Those of [`read`](Self::read); [`Kind::TooOpen`] only if others may change it.
    pub fn read_public(&self) -> Result<Loaded, KeystoreError> {
        system::read_public(&self.path)
    }

    /// Makes the file; never replaces one.
    ///
    /// # Errors
    /// [`Kind::AlreadyExists`], and the errors that the system reports.
    pub fn write_new(&self, bytes: &[u8]) -> Result<(), KeystoreError> {
        system::create(&self.path, bytes)
    }

    /// Replaces the bytes of version `replaced`.
    ///
    /// # Errors
    /// [`Kind::Conflict`], those of [`read`](Self::read), and the errors that the system reports.
    pub fn write(&self, bytes: &[u8], replaced: Version) -> Result<(), KeystoreError> {
        system::replace(&self.path, self.allow_group_read, bytes, replaced)
    }
}

const MISSING: &str =
    "`gingersnap keys init` makes a ring; for development there is `FileKeystore::for_development()`";

impl Keystore for FileKeystore {
    fn load(&self) -> Answer<'_, Loaded> {
        Box::pin(async { self.read_ring() })
    }

    fn store<'a>(&'a self, bytes: &'a [u8], replaced: Version) -> Answer<'a, ()> {
        Box::pin(async move { self.write(bytes, replaced) })
    }

    fn create<'a>(&'a self, bytes: &'a [u8]) -> Answer<'a, ()> {
        Box::pin(async { self.write_new(bytes) })
    }

    fn register<'a>(&'a self, node: &'a Node) -> Answer<'a, ()> {
        Box::pin(async { system::register(&self.path, node) })
    }

    fn nodes(&self) -> Answer<'_, Vec<Result<Node, KeystoreError>>> {
        Box::pin(async { system::nodes(&self.path) })
    }

    fn forget<'a>(&'a self, name: &'a [u8]) -> Answer<'a, bool> {
        Box::pin(async { system::forget(&self.path, name) })
    }

    fn file(&self) -> Option<&Path> {
        Some(&self.path)
    }
}

impl fmt::Display for FileKeystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&KeystoreError::shown(&self.path))
    }
}
