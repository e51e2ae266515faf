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
//! This module guarantees: at most one key seals at a time; a key that has retired never seals again; a token costs one AEAD call
//! if its key may open, and none otherwise; only the key that a token names is ever tried. A [`Keyring`] is a value: each verb
//! returns a new one with the next generation, or changes nothing.
//!
//! It does not keep rings anywhere (that is `gingersnap::keystore`), and reads no clock and no randomness. The times in a ring do
//! not stop a thief, who chooses them: only `revoke` and `emergency` do.
//!
//! Operators use the verbs as commands, `gingersnap keys rotate`. A program calls them like this:
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
mod freshness;
mod key;
mod limits;
mod lint;
mod live;
mod person;
mod record;
mod state;
mod succession;
#[cfg(test)]
mod tests;
mod tokens;
mod verbs;

pub(crate) use error::Random;
pub use error::{KeyringError, KeyringErrorKind};
use freshness::Freshness;
pub use key::{Key, Tombstone};
pub use lint::{Finding, FindingKind};
pub use live::LiveKeyring;
pub use state::KeyState;
pub use succession::Succession;

use crate::Timestamp;
use crate::hex::Hex;
use crate::token::{KeyId, Suite};
use KeyringErrorKind as Kind;
use key::Secret;

/// The keys of one fleet, and the record of the keys that were destroyed.
#[derive(Clone)]
pub struct Keyring {
    ring_id: [u8; RING_ID_LEN],
    generation: u64,
    longest_session: u64,
    keys_dead_before: Option<Timestamp>,
    sessions_dead_before: Option<Timestamp>,
    index_secret: Secret,
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
            index_secret: Secret::random(random)?,
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

    /// 32 hexadecimal digits that name the ring in all its generations.
    pub fn ring_id(&self) -> String {
        Hex(&self.ring_id).to_string()
    }

    /// The number of the ring's version; it grows by one with every change.
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

    /// Sign-ins that began, and data last written, before this time are refused. It is no use against a stolen key, whose thief
    /// chooses the times.
    pub const fn sessions_dead_before(&self) -> Option<Timestamp> {
        self.sessions_dead_before
    }

    /// All keys; their order means nothing.
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// The key with this id.
    pub fn key(&self, id: KeyId) -> Option<&Key> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// The destroyed keys.
    pub fn tombstones(&self) -> &[Tombstone] {
        &self.tombstones
    }

    /// A new key, with an id that no key and no tombstone has.
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
        Key::new(id, suite, secret, created, note)
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
