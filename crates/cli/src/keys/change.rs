//! A ring before a verb and after it.

use gingersnap::keyring::Keyring;

/// The ring that a verb found, and the one that it makes of it.
pub(crate) struct Change {
    pub(crate) old: Keyring,
    pub(crate) new: Keyring,
}
