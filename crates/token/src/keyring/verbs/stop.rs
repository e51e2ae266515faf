//! Taking keys and sessions out of force: `disable`, `enable`, `revoke`, `emergency`.

use crate::keyring::key::{Override, Secret};
use crate::keyring::{Key, KeyState, Keyring, KeyringError, KeyringErrorKind as Kind, Random};
use crate::token::KeyId;
use crate::{SKEW, Timestamp};

impl Keyring {
    /// Keeps a key from sealing and opening until it is enabled. No older key takes its place.
    ///
    /// A staged key becomes a disabled standby, and its predecessor stays in force.
    ///
    /// # Errors
    /// [`Kind::NoSuchKey`], [`Kind::WrongState`], [`Kind::Full`], [`Kind::Entropy`].
    pub fn disable(&self, id: KeyId, now: Timestamp, random: &mut Random<'_>) -> Result<Self, KeyringError> {
        self.require(id, now, &OPENING, "disable")?;
        self.edit(|ring| {
            ring.withdraw(id, now);
            ring.key_mut(id, |key| key.overridden = Override::Disabled);
            ring.ensure_standby(now, random)
        })
    }

    /// Ends [`disable`](Self::disable).
    ///
    /// # Errors
    /// [`Kind::NoSuchKey`], [`Kind::WrongState`].
    pub fn enable(&self, id: KeyId, now: Timestamp) -> Result<Self, KeyringError> {
        self.require(id, now, &[KeyState::Disabled], "enable")?;
        self.edit(|ring| {
            ring.key_mut(id, |key| key.overridden = Override::None);
            Ok(())
        })
    }

    /// Ends every token of a key, for good. No older key takes its place.
    ///
    /// # Errors
    /// [`Kind::NoSuchKey`], [`Kind::WrongState`], [`Kind::Full`], [`Kind::Entropy`].
    pub fn revoke(&self, id: KeyId, now: Timestamp, random: &mut Random<'_>) -> Result<Self, KeyringError> {
        self.require(id, now, &NOT_REVOKED, "revoke")?;
        self.edit(|ring| {
            ring.withdraw(id, now);
            ring.key_mut(id, |key| key.overridden = Override::Revoked);
            ring.ensure_standby(now, random)
        })
    }

    /// Revokes every key that was created before `before`: it sets `keys_dead_before`, which never goes back.
    ///
    /// # Errors
    /// [`Kind::BadArgument`] if `before` is in the future, [`Kind::NothingToDo`], [`Kind::Full`], [`Kind::Entropy`].
    pub fn revoke_created_before(
        &self,
        before: Timestamp,
        now: Timestamp,
        random: &mut Random<'_>,
    ) -> Result<Self, KeyringError> {
        check_cut(before, self.keys_dead_before, now)?;
        self.edit(|ring| {
            for id in ring.ids(|key| key.created < before) {
                ring.withdraw(id, now);
            }
            ring.keys_dead_before = Some(before);
            ring.ensure_standby(now, random)
        })
    }

    /// Ends every sign-in that began before `before`, and all data that was last written before it. It sets
    /// `sessions_dead_before`, which never goes back.
    ///
    /// It is for sessions that were stolen or made by a bug. It is no use against a stolen key, whose thief chooses the times.
    ///
    /// # Errors
    /// [`Kind::BadArgument`] if `before` is in the future, [`Kind::NothingToDo`].
    pub fn end_sessions_before(&self, before: Timestamp, now: Timestamp) -> Result<Self, KeyringError> {
        check_cut(before, self.sessions_dead_before, now)?;
        self.edit(|ring| {
            ring.sessions_dead_before = Some(before);
            Ok(())
        })
    }

    /// For a stolen ring: revokes every key, and makes a new active key, a new standby and a new secret for
    /// [`person`](Self::person). Signs everybody out.
    ///
    /// # Errors
    /// [`Kind::Full`], [`Kind::Entropy`].
    pub fn emergency(&self, now: Timestamp, random: &mut Random<'_>) -> Result<Self, KeyringError> {
        let suite = self.newest_suite();
        self.edit(|ring| {
            for id in ring.ids(|_| true) {
                ring.withdraw(id, now);
                ring.key_mut(id, |key| key.overridden = Override::Revoked);
            }
            // There is room for the two, whatever was done to the ring before.
            if ring.keys.len() > Self::MAX_KEYS {
                ring.destroy(now, |_| true);
            }
            ring.index_secret = Secret::random(random)?;
            let key = ring.fresh_key(suite, now, "", random)?;
            let id = key.id;
            ring.keys.push(key);
            // In force at once also on nodes whose clocks are behind, so that no older key can seal there meanwhile.
            let latest = ring.keys.iter().filter_map(Key::not_before).max();
            ring.put_in_force(id, latest.max(Some(now.minus(SKEW))).unwrap_or(now));
            ring.ensure_standby(now, random)
        })
    }
}

fn check_cut(before: Timestamp, current: Option<Timestamp>, now: Timestamp) -> Result<(), KeyringError> {
    if before > now {
        return Err(KeyringError::new(Kind::BadArgument, "the cut is in the future")
            .with_hint("choose the present or an earlier time"));
    }
    if current.is_some_and(|current| before <= current) {
        return Err(KeyringError::new(Kind::NothingToDo, "the ring has this cut, or a later one, already"));
    }
    Ok(())
}

const OPENING: [KeyState; 4] = [KeyState::Standby, KeyState::Staged, KeyState::Active, KeyState::Retiring];
const NOT_REVOKED: [KeyState; 6] = [
    KeyState::Standby,
    KeyState::Staged,
    KeyState::Active,
    KeyState::Retiring,
    KeyState::Expired,
    KeyState::Disabled,
];
