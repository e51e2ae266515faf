//! A ring's file, with the owners and modes of Unix.

mod access;
mod fault;
mod nodes;
mod write;

use std::path::Path;

use crate::keystore::error::{KeystoreError, KeystoreErrorKind as Kind};
use crate::keystore::loaded::{Loaded, Version};
use access::Readers;
use write::Lock;

pub(super) use nodes::{all as nodes, forget, register};

/// The file's bytes.
pub(super) fn read(path: &Path, allow_group_read: bool) -> Result<Loaded, KeystoreError> {
    access::read(path, Readers::of_ring(allow_group_read)).map(|(bytes, _)| Loaded::new(bytes))
}

/// The bytes of a file that others may read and must not change.
pub(super) fn read_public(path: &Path) -> Result<Loaded, KeystoreError> {
    access::read(path, Readers::All).map(|(bytes, _)| Loaded::new(bytes))
}

/// Makes the file; never replaces one.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<(), KeystoreError> {
    Lock::take(path)?.create(bytes)
}

/// Replaces the bytes of version `replaced`.
pub(super) fn replace(
    path: &Path,
    allow_group_read: bool,
    bytes: &[u8],
    replaced: Version,
) -> Result<(), KeystoreError> {
    // Reads once before the lock is made, so that a wrong path leaves no lock file behind.
    let readers = Readers::of_ring(allow_group_read);
    access::read(path, readers)?;
    let lock = Lock::take(path)?;
    let (old, metadata) = access::read(path, readers)?;
    if Version::of(&old) != replaced {
        return Err(fault::refused(Kind::Conflict, path, "the ring was changed since it was loaded"));
    }
    lock.replace(bytes, &metadata)
}
