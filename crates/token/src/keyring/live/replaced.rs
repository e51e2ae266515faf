//! The ring in use of a program that loads it again: an atomic pointer.

use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::ArcSwap;

use super::LiveKeyring;
use crate::Timestamp;
use crate::keyring::{Keyring, KeyringError, Succession};

/// A ring, and the time at which it was last known to be the newest; both are replaced together.
pub(super) struct InUse {
    now: ArcSwap<Loaded>,
    /// Held while the ring is replaced: two replacements at once must not undo each other.
    replacing: Mutex<()>,
}

struct Loaded {
    keyring: Arc<Keyring>,
    at: Timestamp,
}

impl InUse {
    pub(super) fn new(keyring: Arc<Keyring>, loaded_at: Timestamp) -> Self {
        let loaded = Loaded { keyring, at: loaded_at };
        Self { now: ArcSwap::from_pointee(loaded), replacing: Mutex::new(()) }
    }

    pub(super) fn look<R>(&self, look: impl FnOnce(&Arc<Keyring>, Timestamp) -> R) -> R {
        let loaded = self.now.load();
        look(&loaded.keyring, loaded.at)
    }

    pub(super) fn confirm(&self, loaded_at: Timestamp) {
        let _alone = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        let keyring = self.look(|keyring, _| Arc::clone(keyring));
        self.now.store(Arc::new(Loaded { keyring, at: loaded_at }));
    }

    fn replace(&self, loaded: Keyring, loaded_at: Timestamp) -> Result<Succession, KeyringError> {
        let _alone = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        let keyring = self.look(|keyring, _| Arc::clone(keyring));
        let succession = keyring.succession(&loaded)?;
        let keyring = match succession {
            Succession::Same => keyring,
            Succession::Newer => Arc::new(loaded),
        };
        self.now.store(Arc::new(Loaded { keyring, at: loaded_at }));
        Ok(succession)
    }
}

impl LiveKeyring {
    /// Replaces the ring in use with one that was loaded at `loaded_at`, or keeps the one in use.
    ///
    /// ```
    /// use gingersnap::keyring::LiveKeyring;
    /// # use gingersnap::{Clock, Entropy, OsEntropy, SystemClock, keyring::Keyring, token::Suite};
    /// # let (now, mut random) = (SystemClock.now(), |bytes: &mut [u8]| OsEntropy.fill(bytes));
    /// # let ring = Keyring::init(Suite::default(), 30 * 86_400, now, &mut random)?;
    /// # let next = ring.rotate(3600, None, now, &mut random)?;
    /// let live = LiveKeyring::new(ring, now);
    /// let in_use = live.clone(); // for `SessionLayer::builder`
    /// live.replace(next, now)?;
    /// assert_eq!(in_use.get().generation(), 2);
    /// # Ok::<(), gingersnap::keyring::KeyringError>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Keyring::succession`]: another ring, a lower generation, or other content under the same generation. Such a
    /// ring would bring dead keys back.
    pub fn replace(&self, loaded: Keyring, loaded_at: Timestamp) -> Result<Succession, KeyringError> {
        self.0.in_use.replace(loaded, loaded_at)
    }
}
