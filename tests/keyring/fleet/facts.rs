//! The reference: the facts of a ring, worked out from the operator's commands alone.
//!
//! A ring is the line of keys that reign, one after the other, and those struck out. No ring is kept like this, so that
//! the two are wrong in different ways.

use gingersnap::Refusal;
use gingersnap::keyring::{KeyState, KeyringErrorKind as Kind};
use gingersnap::token::KeyId;

use super::step::Verb;
use crate::DAY;

/// No session is longer: ten minutes, so that a story sees keys expire.
pub(super) const LONGEST: u64 = 600;
/// The greatest difference between two clocks.
pub(super) const SKEW: u64 = 60;
/// The longest time that what may be accepted yet is left alone.
pub(super) const PATIENCE: u64 = 300;

/// The facts of one generation.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) generation: u64,
    pub(super) keys: Vec<One>,
    /// The keys that seal and since when, in the order in which they were chosen. The last whose time has come seals.
    pub(super) reign: Vec<(KeyId, u64)>,
    pub(super) destroyed: Vec<KeyId>,
    pub(super) keys_cut: Option<u64>,
    pub(super) sessions_cut: Option<u64>,
}

/// A key that was not destroyed.
#[derive(Clone, Debug)]
pub(super) struct One {
    pub(super) id: KeyId,
    pub(super) created: u64,
    pub(super) disabled: bool,
    pub(super) revoked: bool,
    pub(super) found_dead: Option<u64>,
}

impl Facts {
    /// The first generation.
    pub(super) fn first(active: KeyId, standby: KeyId, now: u64) -> Self {
        let mut facts = Self { generation: 1, ..Self::default() };
        facts.join(active, now);
        facts.join(standby, now);
        facts.reign.push((active, now));
        facts
    }

    pub(super) fn from(&self, id: KeyId) -> Option<u64> {
        self.reign.iter().find(|(who, _)| *who == id).map(|(_, from)| *from)
    }

    /// Returns the time at which the next key takes over.
    pub(super) fn until(&self, id: KeyId) -> Option<u64> {
        let place = self.reign.iter().position(|(who, _)| *who == id)?;
        self.reign.get(place + 1).map(|(_, from)| *from)
    }

    pub(super) fn key(&self, id: KeyId) -> Option<&One> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// Returns the key that seals at `now`; none if it was struck out.
    pub(super) fn seals(&self, now: u64) -> Option<KeyId> {
        let (id, _) = self.reign.iter().rfind(|(_, from)| *from <= now)?;
        self.key(*id).filter(|key| !key.disabled && !self.is_revoked(key)).map(|key| key.id)
    }

    pub(super) fn is_revoked(&self, key: &One) -> bool {
        key.revoked || self.keys_cut.is_some_and(|cut| key.created < cut)
    }

    pub(super) fn state(&self, key: &One, now: u64) -> KeyState {
        let expired = self.until(key.id).is_some_and(|until| until + LONGEST + SKEW <= now);
        match self.from(key.id) {
            _ if self.is_revoked(key) => KeyState::Revoked,
            _ if expired => KeyState::Expired,
            _ if key.disabled => KeyState::Disabled,
            None => KeyState::Standby,
            Some(from) if from > now => KeyState::Staged,
            Some(_) if self.seals(now) == Some(key.id) => KeyState::Active,
            Some(_) => KeyState::Retiring,
        }
    }

    /// Returns a node's verdict on a token: its key, when it was sealed; the node's clock, and when it loaded.
    pub(super) fn opens(&self, id: KeyId, sealed: u64, now: u64, loaded: u64) -> Result<(), Refusal> {
        if self.destroyed.contains(&id) {
            return Err(Refusal::KeyDestroyed);
        }
        let Some(key) = self.key(id) else {
            let may_come = now < sealed + PATIENCE && sealed <= now + PATIENCE && sealed + SKEW >= loaded;
            return Err(if may_come { Refusal::UnknownNewerKey } else { Refusal::UnknownKey });
        };
        match self.state(key, now) {
            KeyState::Revoked => Err(Refusal::KeyRevoked),
            KeyState::Expired => Err(Refusal::KeyExpired),
            KeyState::Disabled => Err(Refusal::KeyDisabled),
            _ if now.saturating_sub(sealed) >= LONGEST + SKEW => Err(Refusal::TooOld),
            _ if sealed > now + PATIENCE => Err(Refusal::FarFuture),
            _ if sealed > now + SKEW => Err(Refusal::FromFuture),
            _ => Ok(()),
        }
    }

    /// Returns the next generation, or the error. `names` has the ids of new keys: the sealing one, the standby.
    pub(super) fn after(
        &self,
        verb: Verb,
        target: KeyId,
        propagation: u64,
        now: u64,
        names: &Names,
    ) -> Result<Self, Kind> {
        let mut next = Self { generation: self.generation + 1, ..self.clone() };
        let state = self.key(target).map_or(KeyState::Standby, |key| self.state(key, now));
        let standby = match verb {
            Verb::Add => {
                next.join(names.standby()?, now);
                return Ok(next);
            }
            Verb::RotatePlanned(_) | Verb::RotateWithin(_) => {
                self.check_not_pending(now)?;
                let id = self.oldest_standby(now).ok_or(Kind::NoStandby)?;
                next.reign.push((id, now + propagation));
                true
            }
            Verb::Promote(_) => {
                if state == KeyState::Standby {
                    self.check_not_pending(now)?;
                } else if state != KeyState::Staged {
                    return Err(Kind::WrongState);
                }
                next.withdraw(target, now);
                next.reign.push((target, now));
                true
            }
            Verb::Disable(_)
                if matches!(state, KeyState::Revoked | KeyState::Expired | KeyState::Disabled) =>
            {
                return Err(Kind::WrongState);
            }
            Verb::Disable(_) => {
                next.withdraw(target, now);
                next.strike(target, |key| key.disabled = true);
                true
            }
            Verb::Enable(_) if state != KeyState::Disabled => return Err(Kind::WrongState),
            Verb::Enable(_) => {
                next.strike(target, |key| key.disabled = false);
                false
            }
            Verb::Revoke(_) if state == KeyState::Revoked => return Err(Kind::WrongState),
            Verb::Revoke(_) => {
                next.withdraw(target, now);
                next.strike(target, |key| key.revoked = true);
                true
            }
            Verb::RevokeCreatedBefore(ago) => {
                let cut = later(now - ago, self.keys_cut)?;
                for key in self.keys.iter().filter(|key| key.created < cut) {
                    next.withdraw(key.id, now);
                }
                next.keys_cut = Some(cut);
                true
            }
            Verb::EndSessionsBefore(ago) => {
                next.sessions_cut = Some(later(now - ago, self.sessions_cut)?);
                false
            }
            Verb::Emergency => {
                for key in &self.keys {
                    next.withdraw(key.id, now);
                    next.strike(key.id, |key| key.revoked = true);
                }
                let id = names.seals.ok_or(Kind::Invalid)?;
                next.join(id, now);
                // On nodes whose clocks are behind it seals at once as well.
                let last = next.reign.last().map_or(0, |(_, from)| *from);
                next.reign.push((id, last.max(now.saturating_sub(SKEW))));
                true
            }
            Verb::Prune => return next.pruned(now),
        };
        if standby && next.oldest_standby(now).is_none() {
            next.join(names.standby()?, now);
        }
        Ok(next)
    }

    fn pruned(mut self, now: u64) -> Result<Self, Kind> {
        let mut changed = false;
        for key in std::mem::take(&mut self.keys) {
            let with_it = Self { keys: vec![key.clone()], ..self.clone() };
            let dead = matches!(with_it.state(&key, now), KeyState::Revoked | KeyState::Expired);
            let destroyed = dead && key.found_dead.is_some_and(|found| now - found >= DAY);
            let found_dead = if dead { key.found_dead.or(Some(now)) } else { None };
            changed |= destroyed || found_dead != key.found_dead;
            if destroyed {
                self.destroyed.push(key.id);
            } else {
                self.keys.push(One { found_dead, ..key });
            }
        }
        if changed { Ok(self) } else { Err(Kind::NothingToDo) }
    }

    fn join(&mut self, id: KeyId, now: u64) {
        let created = self.keys_cut.map_or(now, |cut| cut.max(now));
        self.keys.push(One { id, created, disabled: false, revoked: false, found_dead: None });
    }

    fn strike(&mut self, id: KeyId, change: impl FnMut(&mut One)) {
        self.keys.iter_mut().filter(|key| key.id == id).take(1).for_each(change);
    }

    /// A key whose time has not come never reigned.
    fn withdraw(&mut self, id: KeyId, now: u64) {
        self.reign.retain(|(who, from)| *who != id || *from <= now);
    }

    fn check_not_pending(&self, now: u64) -> Result<(), Kind> {
        let pending = self.reign.iter().any(|(_, from)| *from > now);
        if pending { Err(Kind::RotationPending) } else { Ok(()) }
    }

    fn oldest_standby(&self, now: u64) -> Option<KeyId> {
        let standbys = self.keys.iter().filter(|key| self.state(key, now) == KeyState::Standby);
        standbys.min_by_key(|key| (key.created, key.id)).map(|key| key.id)
    }
}

/// The ids that the ring gave to new keys.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) seals: Option<KeyId>,
    pub(super) stands_by: Option<KeyId>,
}

impl Names {
    fn standby(&self) -> Result<KeyId, Kind> {
        self.stands_by.ok_or(Kind::Invalid)
    }
}

/// A cut moves forward alone.
fn later(cut: u64, before: Option<u64>) -> Result<u64, Kind> {
    if before.is_some_and(|before| cut <= before) { Err(Kind::NothingToDo) } else { Ok(cut) }
}
