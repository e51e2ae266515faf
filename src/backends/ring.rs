//! The records and faults of a database that keeps a ring.

use super::url::Address;
use crate::keyring::Keyring;
use crate::keystore::{KeystoreError, KeystoreErrorKind as Kind, MAX_NODES, Node, too_many};

impl Address {
    /// The error when `action` (such as "read") failed.
    pub(super) fn cannot(&self, action: &str, kind: Kind, reason: &str) -> KeystoreError {
        KeystoreError::new(kind, format!("cannot {action} {self}: {reason}"))
    }

    pub(super) fn refused(&self, kind: Kind, reason: &str) -> KeystoreError {
        KeystoreError::new(kind, format!("refused {self}: {reason}"))
    }
}

/// Reads nodes' records, each a name and a text; not too many.
pub(super) fn found<'a>(
    address: &Address,
    records: impl ExactSizeIterator<Item = (&'a [u8], &'a [u8])>,
) -> Vec<Result<Node, KeystoreError>> {
    let rest = (records.len() > MAX_NODES).then(|| Err(too_many(address)));
    let place = format!("{address}, node ");
    let nodes = records.take(MAX_NODES).map(|(name, record)| Node::found(&place, name, record));
    nodes.chain(rest).collect()
}

pub(super) fn missing(address: &Address, action: &str) -> KeystoreError {
    address
        .cannot(action, Kind::NotFound, "there is no ring of this name")
        .with_hint("`gingersnap keys init` makes one")
}

/// The error of a database without tables for rings.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(super) fn no_table(address: &Address, action: &str) -> KeystoreError {
    address
        .cannot(action, Kind::NotFound, "there is no ring of this name")
        .with_hint("`gingersnap keys init` makes a ring, and its tables")
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
