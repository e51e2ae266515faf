//! Opening and sealing tokens with the keys of a ring.

use super::Keyring;
use crate::token::{Aad, KeyId, Opened, Plaintext, SealError, Sealed, Sealing, Unopened};
use crate::{Refusal, SKEW, Timestamp};

impl Keyring {
    /// Opens a token with the one key that its header names.
    ///
    /// One AEAD call if that key may open now, none otherwise. `loaded_at` is the time at which this node last loaded
    /// the ring: a token of an unknown key that was sealed later is [`Refusal::UnknownNewerKey`].
    ///
    /// # Errors
    /// In this order: [`Refusal::KeyDestroyed`], [`Refusal::UnknownNewerKey`] or [`Refusal::UnknownKey`];
    /// [`Refusal::WrongSuite`]; [`Refusal::KeyRevoked`], [`Refusal::KeyExpired`] or [`Refusal::KeyDisabled`];
    /// [`Refusal::TooOld`]; [`Refusal::Forged`]; [`Refusal::BadPadding`]; [`Refusal::FromFuture`].
    pub fn open(
        &self,
        token: Unopened,
        aad: &Aad,
        now: Timestamp,
        loaded_at: Timestamp,
    ) -> Result<Opened, Refusal> {
        let opened = self.open_of_any_clock(token, aad, now, loaded_at)?;
        if opened.is_from_future(now) { Err(Refusal::FromFuture) } else { Ok(opened) }
    }

    /// Opens as [`open`](Self::open) does, and tokens of clocks that are ahead as well: [`Opened::is_from_future`].
    ///
    /// # Errors
    /// Those of [`open`](Self::open), but for [`Refusal::FromFuture`].
    #[doc(hidden)]
    pub fn open_of_any_clock(
        &self,
        token: Unopened,
        aad: &Aad,
        now: Timestamp,
        loaded_at: Timestamp,
    ) -> Result<Opened, Refusal> {
        let header = token.header();
        let key = self
            .key(header.key_id)
            .ok_or_else(|| self.unknown(header.key_id, header.sealed_at, loaded_at))?;
        if key.suite() != header.suite {
            return Err(Refusal::WrongSuite);
        }
        self.may_open(key, now)?;
        if header.sealed_at.age_at(now) >= self.longest_session.saturating_add(SKEW) {
            return Err(Refusal::TooOld);
        }
        token.open(&key.cipher, aad)
    }

    /// Seals with the key that is active at `now`, by this node's clock.
    ///
    /// # Errors
    /// [`SealError::NoActiveKey`], and those of [`Plaintext::seal`].
    pub fn seal(
        &self,
        plain: Plaintext,
        aad: &Aad,
        now: Timestamp,
        sealing: &Sealing,
    ) -> Result<Sealed, SealError> {
        let key = self.active(now).ok_or(SealError::NoActiveKey)?;
        plain.seal(&key.cipher, key.id, aad, sealing)
    }

    fn unknown(&self, id: KeyId, sealed_at: Timestamp, loaded_at: Timestamp) -> Refusal {
        if self.tombstones.iter().any(|tombstone| tombstone.id == id) {
            Refusal::KeyDestroyed
        } else if sealed_at.plus(SKEW) >= loaded_at {
            Refusal::UnknownNewerKey
        } else {
            Refusal::UnknownKey
        }
    }
}
