//! Bringing new keys into force: `add`, `rotate`, `promote`.

use crate::Timestamp;
use crate::keyring::{Key, KeyState, Keyring, KeyringError, KeyringErrorKind as Kind, Random};
use crate::token::{KeyId, Suite};

impl Keyring {
    /// Adds a standby.
    ///
    /// # Errors
    /// [`Kind::BadArgument`] for a note that is too long or has a control character, [`Kind::Full`], [`Kind::Entropy`].
    pub fn add(
        &self,
        suite: Suite,
        note: &str,
        now: Timestamp,
        random: &mut Random<'_>,
    ) -> Result<Self, KeyringError> {
        if note.len() > Self::MAX_NOTE || note.chars().any(char::is_control) {
            let message = format!("a note has at most {} bytes and no control characters", Self::MAX_NOTE);
            return Err(KeyringError::new(Kind::BadArgument, message));
        }
        self.check_room()?;
        self.edit(|ring| {
            let key = ring.fresh_key(suite, now, note, random)?;
            ring.keys.push(key);
            Ok(())
        })
    }

    /// Schedules the oldest standby, or the one with this id. It comes into force `propagation` seconds after `now`; the key that
    /// seals until then retires at that moment.
    ///
    /// `propagation` must be long enough for every node to load this ring: at least twice the nodes' reload interval, plus
    /// [`SKEW`](crate::SKEW). 0 puts the standby in force at once.
    ///
    /// # Errors
    /// [`Kind::BadArgument`] beyond [`Self::MAX_PROPAGATION`], [`Kind::RotationPending`], [`Kind::NoStandby`], [`Kind::NoSuchKey`], [`Kind::WrongState`],
    /// [`Kind::Full`], [`Kind::Entropy`].
    pub fn rotate(
        &self,
        propagation: u64,
        key: Option<KeyId>,
        now: Timestamp,
        random: &mut Random<'_>,
    ) -> Result<Self, KeyringError> {
        Self::check_propagation(propagation)?;
        self.check_not_pending(now)?;
        let standby = match key {
            Some(id) => self.require(id, now, &[KeyState::Standby], "rotate to")?.id,
            None => self.oldest_standby(now).map(Key::id).ok_or_else(no_standby)?,
        };
        self.turn_to(standby, now.plus(propagation), now, random)
    }

    /// Puts a standby in force at `now`, or a staged key before its time.
    ///
    /// A node that has not loaded this ring yet cannot open tokens that others seal with the key.
    ///
    /// # Errors
    /// [`Kind::RotationPending`] if another key is staged, [`Kind::NoSuchKey`], [`Kind::WrongState`],
    /// [`Kind::Full`], [`Kind::Entropy`].
    pub fn promote(&self, id: KeyId, now: Timestamp, random: &mut Random<'_>) -> Result<Self, KeyringError> {
        let state =
            self.state(self.require(id, now, &[KeyState::Standby, KeyState::Staged], "promote")?, now);
        if state == KeyState::Standby {
            self.check_not_pending(now)?;
        }
        self.turn_to(id, now, now, random)
    }

    /// Leaves room, as `add` does: an emergency needs room for two keys.
    fn turn_to(
        &self,
        id: KeyId,
        at: Timestamp,
        now: Timestamp,
        random: &mut Random<'_>,
    ) -> Result<Self, KeyringError> {
        self.edit(|ring| {
            ring.put_in_force(id, at);
            if ring.oldest_standby(now).is_none() {
                ring.check_room()?;
            }
            ring.ensure_standby(now, random)
        })
    }

    /// Refuses a longer time, because it would keep every other rotation waiting.
    pub(super) fn check_propagation(propagation: u64) -> Result<(), KeyringError> {
        if propagation <= Self::MAX_PROPAGATION {
            return Ok(());
        }
        let message = format!("a propagation of {propagation} s is too long; it may be up to 30 days");
        Err(KeyringError::new(Kind::BadArgument, message))
    }
}

fn no_standby() -> KeyringError {
    KeyringError::new(Kind::NoStandby, "the ring has no standby").with_hint("`gingersnap keys add` makes one")
}
