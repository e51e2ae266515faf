//! Destroying the secrets of dead keys.

use crate::Timestamp;
use crate::keyring::{KeyState, Keyring, KeyringError, KeyringErrorKind as Kind, Tombstone};

impl Keyring {
    /// Destroys the secrets of keys that are expired or revoked, leaving tombstones.
    ///
    /// A key is destroyed by the second `prune` that finds it dead, at least [`Self::PRUNE_AFTER`] seconds after the
    /// first: a clock that jumps destroys nothing.
    ///
    /// # Errors
    /// [`Kind::NothingToDo`], [`Kind::Full`].
    pub fn prune(&self, now: Timestamp) -> Result<Self, KeyringError> {
        let mut changed = false;
        let next = self.edit(|ring| {
            for mut key in std::mem::take(&mut ring.keys) {
                let dead = matches!(self.state(&key, now), KeyState::Expired | KeyState::Revoked);
                let found = key.found_dead_at.filter(|&found| dead && found <= now);
                if found.is_some_and(|found| found.age_at(now) >= Keyring::PRUNE_AFTER) {
                    ring.tombstones.push(Tombstone { id: key.id, created: key.created, destroyed_at: now });
                    changed = true;
                    continue;
                }
                let found = found.or_else(|| dead.then_some(now));
                changed |= found != key.found_dead_at;
                key.found_dead_at = found;
                ring.keys.push(key);
            }
            Ok(())
        })?;
        if changed {
            Ok(next)
        } else {
            Err(KeyringError::new(Kind::NothingToDo, "there is nothing to prune"))
        }
    }
}
