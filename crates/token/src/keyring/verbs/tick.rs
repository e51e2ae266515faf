//! `tick`: does everything that is due by the clock; for a timer.

use crate::Timestamp;
use crate::keyring::{Key, Keyring, KeyringError, KeyringErrorKind as Kind, Random};

impl Keyring {
    /// Does everything that is due, in one new generation, and returns the time at which the next `tick` will have something to
    /// do.
    ///
    /// It prunes as [`prune`](Self::prune) does, and makes a standby if there is none. It schedules that as
    /// [`rotate`](Self::rotate) does, `propagation` seconds ahead, once the active key will have sealed for `every` seconds by
    /// then. Nothing is scheduled while a rotation is pending, or while no key is active: then the operator has disabled or
    /// revoked it, and decides what follows.
    ///
    /// It returns no ring if there was nothing to do. A second tick at the same `now` never has anything to do, but may fail if
    /// the first had no room for everything. The returned time is never before `now`, and at most `every` later.
    ///
    /// # Errors
    /// [`Kind::BadArgument`] if `propagation` is not shorter than `every` or beyond [`Self::MAX_PROPAGATION`],
    /// [`Kind::Full`], [`Kind::Entropy`].
    pub fn tick(
        &self,
        every: u64,
        propagation: u64,
        now: Timestamp,
        random: &mut Random<'_>,
    ) -> Result<(Option<Self>, Timestamp), KeyringError> {
        if propagation >= every {
            let message = format!("a key cannot seal for {every} s if it takes {propagation} s to propagate");
            return Err(KeyringError::new(Kind::BadArgument, message)
                .with_hint("--every must be longer than --propagation"));
        }
        Self::check_propagation(propagation)?;
        let mut changed = false;
        let next = self.edit(|ring| {
            changed = ring.bury(now);
            match ring.turn(every, propagation, now, random) {
                // Keys that were found dead stay marked, so that a later tick makes room.
                Err(error) if error.kind() == Kind::Full && changed => {}
                turned => changed |= turned?,
            }
            Ok(())
        })?;
        let at = next.next_tick(every, propagation, now);
        Ok((changed.then_some(next), at))
    }

    /// The time at which the last key in line should have a successor; `None` if the operator must decide that.
    fn rotation_due(&self, every: u64, now: Timestamp) -> Option<Timestamp> {
        let active = self.active(now).filter(|_| self.staged(now).is_none())?;
        // A key that retires without a successor must not leave a gap.
        let end = active.not_before.map(|at| at.plus(every));
        end.min(active.retired_at.or(end))
    }

    /// Makes a standby, and a successor of the active key; true if one was missing.
    fn turn(
        &mut self,
        every: u64,
        propagation: u64,
        now: Timestamp,
        random: &mut Random<'_>,
    ) -> Result<bool, KeyringError> {
        let at = now.plus(propagation);
        let due = self.rotation_due(every, now).is_some_and(|due| due <= at);
        if !due && self.oldest_standby(now).is_some() {
            return Ok(false);
        }
        self.check_room()?;
        self.ensure_standby(now, random)?;
        if let Some(standby) = self.oldest_standby(now).map(Key::id).filter(|_| due) {
            self.put_in_force(standby, at);
            self.ensure_standby(now, random)?;
        }
        Ok(true)
    }

    fn next_tick(&self, every: u64, propagation: u64, now: Timestamp) -> Timestamp {
        let in_force = self.staged(now).and_then(Key::not_before).map(|at| at.plus(every));
        let rotation = in_force.or_else(|| self.rotation_due(every, now));
        let rotation = rotation.map(|due| Timestamp::from_unix(due.unix().saturating_sub(propagation)));
        let expiries = self.keys.iter().filter_map(|key| self.expires_at(key)).filter(|&at| at > now);
        let graves = self.keys.iter().filter_map(|key| key.found_dead_at);
        let graves = graves.map(|found| found.plus(Self::PRUNE_AFTER));
        let earliest = rotation.into_iter().chain(expiries).chain(graves).min();
        let latest = now.plus(every);
        earliest.map_or(latest, |at| at.clamp(now, latest))
    }
}
