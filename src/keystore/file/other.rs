//! Platforms without the owners and modes of Unix: nothing shows who else has read a file, so no ring is kept in one.

use std::path::Path;

use crate::keystore::error::{KeystoreError, KeystoreErrorKind as Kind};
use crate::keystore::loaded::{Loaded, Version};
use crate::keystore::node::Node;

pub(super) fn read(path: &Path, _: bool) -> Result<Loaded, KeystoreError> {
    Err(unsupported(path))
}

pub(super) fn read_public(path: &Path) -> Result<Loaded, KeystoreError> {
    Err(unsupported(path))
}

pub(super) fn create(path: &Path, _: &[u8]) -> Result<(), KeystoreError> {
    Err(unsupported(path))
}

pub(super) fn replace(path: &Path, _: bool, _: &[u8], _: Version) -> Result<(), KeystoreError> {
    Err(unsupported(path))
}

pub(super) fn register(path: &Path, _: &Node) -> Result<(), KeystoreError> {
    Err(unsupported(path))
}

pub(super) fn nodes(path: &Path) -> Result<Vec<Result<Node, KeystoreError>>, KeystoreError> {
    Err(unsupported(path))
}

pub(super) fn forget(path: &Path, _: &[u8]) -> Result<bool, KeystoreError> {
    Err(unsupported(path))
}

fn unsupported(path: &Path) -> KeystoreError {
    let path = KeystoreError::shown(path);
    let message = format!("refused {path}: a key ring in a file needs the owners and modes of Unix");
    KeystoreError::new(Kind::Unsupported, message)
        .with_hint("keep it in PostgreSQL or Redis: the features `postgres` and `redis`")
}
