//! The key ring: which key seals now, which keys open, and what an operator may change.
//!
//! | state | seals | opens | how |
//! |---|---|---|---|
//! | standby | no | yes | no `not_before`: waits for a verb |
//! | staged | no | yes | `not_before` is still to come |
//! | active | yes | yes | newest `not_before` that has come, among keys not retired |
//! | retiring | no | yes | `retired_at` has come |
//! | expired | no | no | `retired_at` + longest session + 60 s has come |
//! | disabled, revoked | no | no | the operator said so |
//! | destroyed | no | no | `prune`; a [`Tombstone`] is left |
//!
//! What stands here guarantees: at most one key seals at a time; a key that has retired never seals
//! again; a token costs one AEAD call if its key may open, and none otherwise; no key is ever tried that
//! the token does not name. A [`Keyring`] is a value: each verb returns a new one with the next
//! generation, or changes nothing.
//!
//! It does not keep rings anywhere (that is `gingersnap::keystore`), reads no clock and no
//! randomness, and the times in a ring do not stop a thief, who chooses them: only `revoke` and
//! `emergency` do.
//!
//! Operators use the verbs as commands, `gingersnap keys rotate`; a program of your own calls them so:
//!
//! ```
//! use gingersnap::keyring::Keyring;
//! use gingersnap::token::Suite;
//! use gingersnap::{Clock, Entropy, OsEntropy, SystemClock};
//!
//! let now = SystemClock.now();
//! let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
//! let ring = Keyring::init(Suite::default(), 30 * 86_400, now, &mut random)?;
//! let next = ring.rotate(3600, None, now, &mut random)?; // in force in an hour: every node loads it first
//!
//! let seals = |ring: &Keyring, at| ring.active(at).map(|key| key.id());
//! assert_eq!(seals(&next, now), seals(&ring, now));
//! assert_ne!(seals(&next, now.plus(3600)), seals(&ring, now));
//! assert_eq!(Keyring::parse(&next.to_bytes())?.generation(), 2);
//! # Ok::<(), gingersnap::keyring::KeyringError>(())
//! ```

use core::fmt;

mod check;
mod error;
mod file;
mod key;
mod limits;
mod lint;
mod live;
mod record;
mod state;
mod succession;
#[cfg(test)]
mod tests;
mod verbs;

pub(crate) use error::Random;
pub use error::{KeyringError, KeyringErrorKind};
pub use key::{Key, Tombstone};
pub use lint::{Finding, FindingKind};
pub use live::LiveKeyring;
pub use state::KeyState;
pub use succession::Succession;

use crate::hex::Hex;
use crate::token::{Aad, KeyId, Opened, Padding, Plaintext, RANDOM_LEN, SealError, Sealed, Suite, Unopened};
use crate::{Refusal, SKEW, Timestamp};
use KeyringErrorKind as Kind;
use key::Secret;

/// The keys of one fleet, and what is known of their past.
#[derive(Clone)]
pub struct Keyring {
    ring_id: [u8; RING_ID_LEN],
    generation: u64,
    longest_session: u64,
    keys_dead_before: Option<Timestamp>,
    sessions_dead_before: Option<Timestamp>,
    keys: Vec<Key>,
    tombstones: Vec<Tombstone>,
}

impl Keyring {
    /// A new ring with one active key and one standby.
    ///
    /// `longest_session` is in seconds, from [`Self::MIN_LONGEST_SESSION`] to [`Self::MAX_LONGEST_SESSION`]: no session
    /// under this ring may last longer.
    ///
    /// # Errors
    /// [`KeyringErrorKind::BadArgument`], [`KeyringErrorKind::Entropy`].
    pub fn init(
        suite: Suite,
        longest_session: u64,
        now: Timestamp,
        random: &mut Random<'_>,
    ) -> Result<Self, KeyringError> {
        if !(Keyring::MIN_LONGEST_SESSION..=Keyring::MAX_LONGEST_SESSION).contains(&longest_session) {
            return Err(KeyringError::new(
                Kind::BadArgument,
                format!("the longest session is {longest_session} s; it may be from 1 minute to 400 days"),
            ));
        }
        let mut ring_id = [0; RING_ID_LEN];
        random(&mut ring_id)?;
        let mut ring = Self {
            ring_id,
            generation: 1,
            longest_session,
            keys_dead_before: None,
            sessions_dead_before: None,
            keys: Vec::new(),
            tombstones: Vec::new(),
        };
        let mut active = ring.fresh_key(suite, now, "", random)?;
        active.not_before = Some(now);
        ring.keys.push(active);
        let standby = ring.fresh_key(suite, now, "", random)?;
        ring.keys.push(standby);
        check::ring(&ring)?;
        Ok(ring)
    }

    /// 32 hexadecimal digits that name the ring through all its generations.
    pub fn ring_id(&self) -> String {
        Hex(&self.ring_id).to_string()
    }

    /// One more with every change.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// No session under this ring lasts longer than this, in seconds.
    pub const fn longest_session(&self) -> u64 {
        self.longest_session
    }

    /// Keys that were created before this are revoked.
    pub const fn keys_dead_before(&self) -> Option<Timestamp> {
        self.keys_dead_before
    }

    /// Sessions that began before this are refused. Void against a stolen key, whose thief chooses the times.
    pub const fn sessions_dead_before(&self) -> Option<Timestamp> {
        self.sessions_dead_before
    }

    /// Every key; their order means nothing.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The key of an id.
    pub fn key(&self, id: KeyId) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// The destroyed keys.
    pub fn tombstones(&self) -> &[Tombstone] {
        &self.tombstones
    }

    /// Opens a token with the one key that its header names.
    ///
    /// One AEAD call if that key may open now, none otherwise. `loaded_at` is when this node last loaded the
    /// ring: a token of an unknown key that was sealed later is [`Refusal::UnknownNewerKey`].
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

    /// As [`open`](Self::open), but what was sealed by a clock that is ahead opens as well: [`Opened::is_from_future`].
    ///
    /// # Errors
    /// Those of [`open`](Self::open), but for [`Refusal::FromFuture`].
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

    /// Seals with the key that is active at `now`, this node's clock; `sealed_at` goes into the token.
    ///
    /// `random` must be 16 fresh bytes of the operating system's; `limit` is the longest text allowed, in characters.
    ///
    /// # Errors
    /// [`SealError::NoActiveKey`], and those of [`Plaintext::seal`].
    #[expect(clippy::too_many_arguments, reason = "each is a fact that the caller alone knows")]
    pub fn seal(
        &self,
        plain: Plaintext,
        aad: &Aad,
        now: Timestamp,
        sealed_at: Timestamp,
        random: [u8; RANDOM_LEN],
        padding: Padding,
        limit: usize,
    ) -> Result<Sealed, SealError> {
        let key = self.active(now).ok_or(SealError::NoActiveKey)?;
        plain.seal(&key.cipher, key.id, aad, sealed_at, random, padding, limit)
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

    /// A key under an id that no key and no tombstone has.
    fn fresh_key(
        &self,
        suite: Suite,
        now: Timestamp,
        note: &str,
        random: &mut Random<'_>,
    ) -> Result<Key, KeyringError> {
        let id = self.fresh_id(random)?;
        let secret = Secret::random(random)?;
        let created = self.keys_dead_before.map_or(now, |dead| dead.max(now));
        Ok(Key::new(id, suite, secret, created, note))
    }

    fn fresh_id(&self, random: &mut Random<'_>) -> Result<KeyId, KeyringError> {
        for _ in 0..ID_TRIES {
            let mut bytes = [0; 3];
            random(&mut bytes)?;
            let id = KeyId::from_bytes(bytes);
            let taken = self.key(id).is_some() || self.tombstones.iter().any(|tombstone| tombstone.id == id);
            if !taken {
                return Ok(id);
            }
        }
        Err(KeyringError::new(Kind::Entropy, "the random source repeats itself: no fresh key id in 64 tries"))
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("ring_id", &self.ring_id())
            .field("generation", &self.generation)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

const RING_ID_LEN: usize = 16;
const ID_TRIES: usize = 64;
