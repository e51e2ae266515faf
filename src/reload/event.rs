//! Outcomes of a reload.

use super::error::ReloadError;
use crate::keystore::KeystoreError;

/// The outcome of a reload.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReloadEvent<'a> {
    /// The ring in use was found to be the newest.
    Unchanged,
    /// A later generation is in use.
    Replaced {
        /// The generation before.
        from: u64,
        /// The generation now.
        to: u64,
    },
    /// The ring was not loaded, or was refused; the one in use stays.
    Failed(&'a ReloadError),
    /// The node could not register the ring it holds; it serves on.
    NotRegistered(&'a KeystoreError),
}
