//! Putting a backup in place: `restore`.

use crate::keyring::{Keyring, KeyringError};

impl Keyring {
    /// This ring, a backup, under a later generation, so that no node refuses it. The generation is beyond its own and beyond
    /// `seen`: the highest that the ring in place, or any node that it [`believes`](Self::believes), has had.
    ///
    /// Nothing else changes. Keys that were revoked, retired or destroyed since the backup was made are no longer so: compare the
    /// two rings first.
    ///
    /// # Errors
    /// [`Kind::Full`](crate::keyring::KeyringErrorKind::Full) if there is no later generation.
    pub fn restored(&self, seen: u64) -> Result<Self, KeyringError> {
        let latest = Self { generation: self.generation.max(seen), ..self.clone() };
        latest.edit(|_| Ok(()))
    }
}
