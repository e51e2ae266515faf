//! Errors about a ring in a database.

use super::url::Address;
use crate::keyring::Keyring;
use crate::keystore::{KeystoreError, KeystoreErrorKind as Kind};

pub(super) fn missing(address: &Address, action: &str) -> KeystoreError {
    address
        .cannot(action, Kind::NotFound, "there is no ring of this name")
        .with_hint("`gingersnap keys init` makes one")
}

pub(super) fn exists(address: &Address) -> KeystoreError {
    address.cannot("create", Kind::AlreadyExists, "it exists already")
}

pub(super) fn conflict(address: &Address) -> KeystoreError {
    address.refused(Kind::Conflict, "the ring was changed since it was loaded")
}

pub(super) fn too_large(address: &Address) -> KeystoreError {
    address.refused(Kind::TooLarge, &format!("a key ring has at most {} bytes", Keyring::MAX_FILE))
}
