//! A build without the feature `age`: nothing is encrypted, and encrypted rings are refused by name.

use std::convert::Infallible;

use zeroize::Zeroizing;

use crate::keystore::{KeystoreError, KeystoreErrorKind as Kind};

pub(super) type Identity = Infallible;
pub(super) type Recipient = Infallible;

pub(super) fn identities(_: &str) -> Result<Vec<Identity>, KeystoreError> {
    Err(lacking())
}

pub(super) fn recipients(_: &str) -> Result<Vec<Recipient>, KeystoreError> {
    Err(lacking())
}

pub(super) fn name(recipient: &Recipient) -> &str {
    match *recipient {}
}

pub(super) fn name_of(identity: &Identity) -> String {
    match *identity {}
}

pub(super) fn new_identity() -> Result<Zeroizing<String>, KeystoreError> {
    Err(lacking())
}

pub(super) fn count(_: &[u8]) -> Option<usize> {
    None
}

pub(super) fn open(_: &[u8], _: &[Identity]) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
    Err(lacking())
}

pub(super) fn seal(_: &[u8], _: &[Recipient]) -> Result<Vec<u8>, KeystoreError> {
    Err(lacking())
}

fn lacking() -> KeystoreError {
    KeystoreError::new(Kind::Unsupported, "this build opens no encrypted rings and makes none")
        .with_hint("build it with the feature `age`")
}
