//! The state of a key: its times decide, and the operator may override them.

use core::cmp::Reverse;
use core::fmt;

use super::key::Override;
use super::{Key, Keyring};
use crate::{Refusal, SKEW, Timestamp};

/// The uses of a key now. A destroyed key has no state: it is a [`Tombstone`](super::Tombstone).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum KeyState {
    /// It opens. It waits for a verb to give it a date.
    Standby,
    /// It opens. It becomes active at its `not_before`.
    Staged,
    /// It seals and opens. At any time of one clock, this is at most one key.
    Active,
    /// It opens, and never seals again.
    Retiring,
    /// It neither seals nor opens. Nothing that it sealed can be alive.
    Expired,
    /// It neither seals nor opens until the operator enables it.
    Disabled,
    /// It neither seals nor opens, ever again.
    Revoked,
}

impl KeyState {
    /// True if the key's tokens are opened.
    pub const fn opens(self) -> bool {
        matches!(self, Self::Standby | Self::Staged | Self::Active | Self::Retiring)
    }

    /// The state's name in tables and in `--json` output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standby => "standby",
            Self::Staged => "staged",
            Self::Active => "active",
            Self::Retiring => "retiring",
            Self::Expired => "expired",
            Self::Disabled => "disabled",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for KeyState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Keyring {
    /// The state of a key, which must be one of this ring's.
    pub fn state(&self, key: &Key, now: Timestamp) -> KeyState {
        match self.may_open(key, now) {
            Err(Refusal::KeyRevoked) => return KeyState::Revoked,
            Err(Refusal::KeyExpired) => return KeyState::Expired,
            Err(_) => return KeyState::Disabled,
            Ok(()) => {}
        }
        match key.not_before {
            None => KeyState::Standby,
            Some(at) if at > now => KeyState::Staged,
            Some(_) if self.active(now).is_some_and(|active| active.id == key.id) => KeyState::Active,
            Some(_) => KeyState::Retiring,
        }
    }

    /// The one key that seals now, if any.
    ///
    /// It is the key with the newest `not_before` that has come, among keys that have not retired; of two, the smaller id. An
    /// overridden key keeps its place without sealing, so that no older key comes into force instead.
    pub fn active(&self, now: Timestamp) -> Option<&Key> {
        self.keys
            .iter()
            .filter(|key| key.not_before.is_some_and(|at| at <= now))
            .filter(|key| key.retired_at.is_none_or(|at| at > now))
            .max_by_key(|key| (key.not_before, Reverse(key.id)))
            .filter(|key| key.overridden == Override::None && !self.is_revoked(key))
    }

    /// The time at which the last token of the key is dead; `None` if that is not known yet.
    pub fn expires_at(&self, key: &Key) -> Option<Timestamp> {
        key.retired_at.map(|at| at.plus(self.longest_session).plus(SKEW))
    }

    /// Refuses a key whose tokens are not opened: first a key that is dead for good, then one that may come back.
    pub(super) fn may_open(&self, key: &Key, now: Timestamp) -> Result<(), Refusal> {
        if self.is_revoked(key) {
            Err(Refusal::KeyRevoked)
        } else if self.expires_at(key).is_some_and(|at| at <= now) {
            Err(Refusal::KeyExpired)
        } else if key.overridden == Override::Disabled {
            Err(Refusal::KeyDisabled)
        } else {
            Ok(())
        }
    }

    /// True if nothing that the key sealed is opened, now or ever.
    pub(super) fn is_dead(&self, key: &Key, now: Timestamp) -> bool {
        matches!(self.may_open(key, now), Err(Refusal::KeyRevoked | Refusal::KeyExpired))
    }

    pub(super) fn is_revoked(&self, key: &Key) -> bool {
        key.overridden == Override::Revoked || self.keys_dead_before.is_some_and(|at| key.created < at)
    }
}
