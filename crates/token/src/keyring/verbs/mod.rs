//! The operator's verbs. Each returns the next generation, or changes nothing.
//!
//! Two rules hold after each of them: a ring always has a standby, and a key that was in force when
//! another was scheduled has its `retired_at` written.

mod prune;
mod restore;
mod stop;
mod tick;
mod turn;

use super::{Key, KeyState, Keyring, KeyringError, KeyringErrorKind as Kind, Random, check};
use crate::Timestamp;
use crate::token::{KeyId, Suite};

impl Keyring {
    /// A changed copy with the next generation, if it is a valid ring.
    pub(super) fn edit(
        &self,
        change: impl FnOnce(&mut Self) -> Result<(), KeyringError>,
    ) -> Result<Self, KeyringError> {
        let mut next = self.clone();
        if self.generation >= Self::MAX_GENERATION {
            return Err(KeyringError::new(Kind::Full, "the ring has had its last generation").with_hint(LAST));
        }
        next.generation = self.generation + 1;
        change(&mut next)?;
        check::ring(&next)?;
        Ok(next)
    }

    /// The key with this id, if its state is one of `allowed`.
    pub(super) fn require(
        &self,
        id: KeyId,
        now: Timestamp,
        allowed: &[KeyState],
        verb: &str,
    ) -> Result<&Key, KeyringError> {
        if self.tombstones.iter().any(|tombstone| tombstone.id == id) {
            return Err(KeyringError::new(Kind::NoSuchKey, format!("key {id} was destroyed")));
        }
        let key = self.key(id).ok_or_else(|| {
            KeyringError::new(Kind::NoSuchKey, format!("the ring has no key {id}"))
                .with_hint("`gingersnap keys list` shows the keys")
        })?;
        let state = self.state(key, now);
        if allowed.contains(&state) {
            return Ok(key);
        }
        let error = KeyringError::new(Kind::WrongState, format!("cannot {verb} key {id}: it is {state}"));
        Err(match state {
            KeyState::Retiring => error.with_hint("a key that has retired never seals again"),
            KeyState::Revoked => error.with_hint("revoking is for good"),
            KeyState::Disabled => error.with_hint(format!("`gingersnap keys enable {id}` first")),
            _ => error,
        })
    }

    pub(super) fn check_not_pending(&self, now: Timestamp) -> Result<(), KeyringError> {
        self.staged(now).map_or(Ok(()), |key| {
            let id = key.id;
            let seconds = key.not_before.map_or(0, |at| now.until(at));
            Err(KeyringError::new(
                Kind::RotationPending,
                format!("a rotation is pending: key {id} comes into force in {seconds} s"),
            )
            .with_hint(format!(
                "wait for it, or `gingersnap keys promote {id}` now, or `gingersnap keys disable {id}` to withdraw it"
            )))
        })
    }

    /// The key of a rotation that is pending.
    pub(super) fn staged(&self, now: Timestamp) -> Option<&Key> {
        self.keys.iter().find(|key| key.not_before.is_some_and(|at| at > now))
    }

    /// Refuses one more key if the ring is full.
    pub(super) fn check_room(&self) -> Result<(), KeyringError> {
        if self.keys.len() < Self::MAX_KEYS {
            return Ok(());
        }
        Err(KeyringError::new(Kind::Full, format!("the ring has {} keys already", self.keys.len()))
            .with_hint("`gingersnap keys prune` destroys dead keys"))
    }

    /// Gives the key its date, and makes every other key in force retire at that date.
    pub(super) fn put_in_force(&mut self, id: KeyId, at: Timestamp) {
        for key in &mut self.keys {
            if key.id == id {
                key.not_before = Some(at);
            } else if key.not_before.is_some() && key.retired_at.is_none_or(|retired| retired > at) {
                key.retired_at = key.not_before.max(Some(at));
            }
        }
    }

    /// Makes a staged key a standby again and keeps its predecessor in force.
    pub(super) fn withdraw(&mut self, id: KeyId, now: Timestamp) {
        let Some(at) = self.key(id).and_then(Key::not_before).filter(|&at| at > now) else { return };
        for key in &mut self.keys {
            if key.id == id {
                key.not_before = None;
                key.retired_at = None;
            } else if key.retired_at == Some(at) {
                key.retired_at = None;
            }
        }
    }

    pub(super) fn ensure_standby(
        &mut self,
        now: Timestamp,
        random: &mut Random<'_>,
    ) -> Result<(), KeyringError> {
        if self.oldest_standby(now).is_none() {
            let key = self.fresh_key(self.newest_suite(), now, "", random)?;
            self.keys.push(key);
        }
        Ok(())
    }

    pub(super) fn oldest_standby(&self, now: Timestamp) -> Option<&Key> {
        let standbys = self.keys.iter().filter(|key| self.state(key, now) == KeyState::Standby);
        standbys.min_by_key(|key| (key.created, key.id))
    }

    /// The suite of the key that was scheduled last. It is for keys that nobody asked for.
    pub(super) fn newest_suite(&self) -> Suite {
        let newest = self.keys.iter().max_by_key(|key| (key.not_before, key.created));
        newest.map_or_else(Suite::default, Key::suite)
    }

    pub(super) fn ids(&self, which: impl Fn(&Key) -> bool) -> Vec<KeyId> {
        self.keys.iter().filter(|key| which(key)).map(Key::id).collect()
    }

    pub(super) fn key_mut(&mut self, id: KeyId, change: impl FnOnce(&mut Key)) {
        if let Some(key) = self.keys.iter_mut().find(|key| key.id == id) {
            change(key);
        }
    }
}

const LAST: &str = "no command counts so far: whoever wrote this ring chose that; move it away and `gingersnap keys restore` a backup";
