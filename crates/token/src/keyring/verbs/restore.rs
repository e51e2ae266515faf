//! Putting a backup in place: `restore`.

use crate::keyring::{Keyring, KeyringError};

impl Keyring {
    /// This ring, a backup, under a generation later than its own and than `seen`: the highest that the ring that it
    /// replaces, or any node that it [`believes`](Self::believes), has had. No node refuses it then.
    ///
    /// Nothing else changes. What was revoked, retired or destroyed since the backup was made no longer applies, so compare
    /// the two first.
    ///
    /// # Errors
    /// [`Kind::Full`](crate::keyring::KeyringErrorKind::Full) if there is no later generation.
    pub fn restored(&self, seen: u64) -> Result<Self, KeyringError> {
        let latest = Self { generation: self.generation.max(seen), ..self.clone() };
        latest.edit(|_| Ok(()))
    }
}
