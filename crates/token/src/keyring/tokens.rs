//! Opening and sealing tokens with the keys of a ring.

use super::{Freshness, Key, Keyring};
use crate::token::{Aad, Header, KeyId, Opened, Plaintext, SealError, Sealed, Sealing, Unopened};
use crate::{Refusal, SKEW, Timestamp};

impl Keyring {
    /// Opens a token with the one key that its header names.
    ///
    /// It makes one AEAD call if that key may open now, and none otherwise. `loaded_at` is the time at which a node that follows
    /// its ring last found it to be the newest. A token with an unknown key that was sealed since, and within five minutes, is
    /// [`Refusal::UnknownNewerKey`]; if nothing follows the ring, it is dead.
    ///
    /// # Errors
    /// In this order: [`Refusal::ClockBehind`]; [`Refusal::KeyDestroyed`], [`Refusal::UnknownNewerKey`] or
    /// [`Refusal::UnknownKey`]; [`Refusal::WrongSuite`]; [`Refusal::KeyRevoked`], [`Refusal::KeyExpired`] or
    /// [`Refusal::KeyDisabled`]; [`Refusal::TooOld`]; [`Refusal::Forged`]; [`Refusal::BadPadding`];
    /// [`Refusal::FromFuture`] or [`Refusal::FarFuture`].
    pub fn open(
        &self,
        token: Unopened,
        aad: &Aad,
        now: Timestamp,
        loaded_at: Option<Timestamp>,
    ) -> Result<Opened, Refusal> {
        let opened = self.open_of_any_clock(token, aad, now, loaded_at.map(Freshness::at))?;
        opened.check_clock(now).map(|()| opened)
    }

    /// Opens a token as [`open`](Self::open) does, but also one of a clock that is ahead: see [`Opened::check_clock`].
    ///
    /// # Errors
    /// Those of [`open`](Self::open), except those for the clock that sealed the token.
    pub(super) fn open_of_any_clock(
        &self,
        token: Unopened,
        aad: &Aad,
        now: Timestamp,
        freshness: Option<Freshness>,
    ) -> Result<Opened, Refusal> {
        if self.made_after(now).is_some() {
            return Err(Refusal::ClockBehind);
        }
        let header = token.header();
        let key = self.key(header.key_id).ok_or_else(|| self.unknown(header, now, freshness))?;
        if Some(key.suite()) != header.suite {
            return Err(Refusal::WrongSuite);
        }
        self.may_open(key, now)?;
        if header.sealed_at.age_at(now) >= self.longest_session.saturating_add(SKEW) {
            return Err(Refusal::TooOld);
        }
        token.open(&key.cipher, aad)
    }

    /// A key that was made more than an hour after `now`, and is not revoked. If there is one, a clock that shows `now` is wrong.
    pub fn made_after(&self, now: Timestamp) -> Option<KeyId> {
        let limit = now.plus(CLOCK_BEHIND);
        self.keys.iter().find(|key| key.created > limit && !self.is_revoked(key)).map(|key| key.id)
    }

    /// Seals with the key that is active at `now`, by this node's clock.
    ///
    /// # Errors
    /// [`SealError::ClockBehind`], [`SealError::NoActiveKey`], and those of [`Plaintext::seal`].
    pub fn seal(
        &self,
        plain: Plaintext,
        aad: &Aad,
        now: Timestamp,
        sealing: &Sealing,
    ) -> Result<Sealed, SealError> {
        let key = self.sealing_key(now)?;
        plain.seal(&key.cipher, key.id, aad, sealing)
    }

    /// Seals a record for a store, as [`seal`](Self::seal) seals a token.
    ///
    /// # Errors
    /// [`SealError::ClockBehind`], [`SealError::NoActiveKey`], and those of [`Plaintext::seal_record`].
    pub fn seal_record(
        &self,
        plain: Plaintext,
        aad: &Aad,
        now: Timestamp,
        sealing: &Sealing,
    ) -> Result<Vec<u8>, SealError> {
        let key = self.sealing_key(now)?;
        plain.seal_record(&key.cipher, key.id, aad, sealing)
    }

    fn sealing_key(&self, now: Timestamp) -> Result<&Key, SealError> {
        if self.made_after(now).is_some() {
            return Err(SealError::ClockBehind);
        }
        self.active(now).ok_or(SealError::NoActiveKey)
    }

    fn unknown(&self, header: Header, now: Timestamp, freshness: Option<Freshness>) -> Refusal {
        let may_be_newer = |it: Freshness| it.may_be_newer(header.sealed_at, now);
        if self.tombstones.iter().any(|tombstone| tombstone.id == header.key_id) {
            Refusal::KeyDestroyed
        } else if freshness.is_some_and(may_be_newer) {
            Refusal::UnknownNewerKey
        } else {
            Refusal::UnknownKey
        }
    }
}

/// The most seconds that a clock may be behind the making of a key.
const CLOCK_BEHIND: u64 = 3_600;
