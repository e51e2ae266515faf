//! Destroying the secrets of dead keys.

use crate::Timestamp;
use crate::keyring::{Key, Keyring, KeyringError, KeyringErrorKind as Kind, Tombstone};

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
            changed = ring.bury(now);
            Ok(())
        })?;
        if changed { Ok(next) } else { Err(nothing_to_prune()) }
    }

    /// Destroys at once the secrets of all keys that are expired or revoked at `now`, leaving tombstones.
    ///
    /// It trusts the clock: under one that is ahead, live sessions end with their keys.
    ///
    /// # Errors
    /// [`Kind::NothingToDo`], [`Kind::Full`].
    pub fn destroy_dead(&self, now: Timestamp) -> Result<Self, KeyringError> {
        if !self.keys.iter().any(|key| self.is_dead(key, now)) {
            return Err(nothing_to_prune());
        }
        self.edit(|ring| {
            ring.destroy(now, |key| self.is_dead(key, now));
            Ok(())
        })
    }

    /// Marks dead keys, and destroys those that were marked long enough ago; true if that changed anything.
    pub(super) fn bury(&mut self, now: Timestamp) -> bool {
        let dead = self.ids(|key| self.is_dead(key, now));
        let mut changed = false;
        for key in &mut self.keys {
            // A mark in the future was made by a clock that was ahead: it does not count.
            let mark = key.found_dead_at.filter(|&found| found <= now).or(Some(now));
            let mark = mark.filter(|_| dead.contains(&key.id));
            changed |= mark != key.found_dead_at;
            key.found_dead_at = mark;
        }
        let before = self.keys.len();
        self.destroy(now, |key| key.found_dead_at.is_some_and(|at| at.age_at(now) >= Self::PRUNE_AFTER));
        changed || self.keys.len() < before
    }

    pub(super) fn destroy(&mut self, now: Timestamp, which: impl Fn(&Key) -> bool) {
        let (gone, kept): (Vec<_>, Vec<_>) = std::mem::take(&mut self.keys).into_iter().partition(which);
        self.keys = kept;
        let grave = |key: Key| Tombstone { id: key.id, created: key.created, destroyed_at: now };
        self.tombstones.extend(gone.into_iter().map(grave));
        // The oldest tombstones are dropped: no token of theirs is alive, and a full list must not end all rotation.
        let surplus = self.tombstones.len().saturating_sub(Self::MAX_TOMBSTONES);
        self.tombstones.drain(..surplus);
    }
}

fn nothing_to_prune() -> KeyringError {
    KeyringError::new(Kind::NothingToDo, "there is nothing to prune")
}
