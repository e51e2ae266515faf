//! The ring in use, which a reload replaces while requests run.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arc_swap::{ArcSwap, Guard};

use super::{Keyring, KeyringError, Succession};
use crate::token::{Aad, Opened, Unopened};
use crate::{Refusal, Timestamp};

/// A ring that can be replaced by a later generation of itself while it is in use.
///
/// Clones share the ring: replacing it through one replaces it for layers that were built with another. Looking at it
/// takes no lock, so that a reload delays no request; a request goes by the newest ring at every step.
///
/// It refuses rings that would bring dead keys back (see [`replace`](Self::replace)), and counts the tokens whose key it
/// does not know, by which a node learns that its ring is old.
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
#[derive(Clone)]
pub struct LiveKeyring(Arc<Shared>);

struct Shared {
    in_use: ArcSwap<InUse>,
    /// Held while one is replaced: two replacements at once must not undo each other.
    replacing: Mutex<()>,
    unknown_keys: AtomicU64,
}

/// A ring, and when it was last known to be the newest.
struct InUse {
    keyring: Arc<Keyring>,
    loaded_at: Timestamp,
}

impl LiveKeyring {
    /// A ring that was loaded at `loaded_at`: the time before loading began.
    pub fn new(keyring: Keyring, loaded_at: Timestamp) -> Self {
        Self(Arc::new(Shared {
            in_use: ArcSwap::from_pointee(InUse { keyring: Arc::new(keyring), loaded_at }),
            replacing: Mutex::new(()),
            unknown_keys: AtomicU64::new(0),
        }))
    }

    /// The ring in use now.
    pub fn get(&self) -> Arc<Keyring> {
        Arc::clone(&self.load().keyring)
    }

    /// Lends the ring in use to `look`; cheaper than [`get`](Self::get).
    pub fn with<R>(&self, look: impl FnOnce(&Keyring) -> R) -> R {
        look(&self.load().keyring)
    }

    /// The time at which the ring was last loaded, or found to be the newest.
    pub fn loaded_at(&self) -> Timestamp {
        self.load().loaded_at
    }

    /// Tokens since the start that named a key that the ring did not have.
    pub fn unknown_keys(&self) -> u64 {
        self.0.unknown_keys.load(Ordering::Relaxed)
    }

    /// Puts a ring that was loaded at `loaded_at` in the place of the one in use, or keeps the one in use.
    ///
    /// # Errors
    /// Those of [`Keyring::succession`]: another ring, a lower generation, or other content under the same one.
    pub fn replace(&self, loaded: Keyring, loaded_at: Timestamp) -> Result<Succession, KeyringError> {
        let _alone = self.0.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        let keyring = self.get();
        let succession = keyring.succession(&loaded)?;
        let keyring = match succession {
            Succession::Same => keyring,
            Succession::Newer => Arc::new(loaded),
        };
        self.0.in_use.store(Arc::new(InUse { keyring, loaded_at }));
        Ok(succession)
    }

    /// Notes that the ring in use was found to be the newest at `loaded_at`.
    pub fn confirm(&self, loaded_at: Timestamp) {
        let _alone = self.0.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.in_use.store(Arc::new(InUse { keyring: self.get(), loaded_at }));
    }

    /// Counts a ring that nobody loaded as loaded at `now`.
    pub fn settle(&self, now: Timestamp) {
        if self.loaded_at() == NEVER {
            self.confirm(now);
        }
    }

    fn load(&self) -> Guard<Arc<InUse>> {
        self.0.in_use.load()
    }

    /// [`Keyring::open_of_any_clock`] of the ring in use.
    ///
    /// # Errors
    /// Those of [`Keyring::open`], but for [`Refusal::FromFuture`].
    pub fn open_of_any_clock(&self, token: Unopened, aad: &Aad, now: Timestamp) -> Result<Opened, Refusal> {
        let InUse { keyring, loaded_at } = &**self.load();
        let opened = keyring.open_of_any_clock(token, aad, now, *loaded_at);
        if let Err(Refusal::UnknownKey | Refusal::UnknownNewerKey) = opened {
            // A flood of made-up key ids costs no more than this. The reloader looks at it once a second.
            self.0.unknown_keys.fetch_add(1, Ordering::Relaxed);
        }
        opened
    }
}

/// A ring that is never replaced, as tests and single programs have.
impl From<Keyring> for LiveKeyring {
    fn from(keyring: Keyring) -> Self {
        Self::new(keyring, NEVER)
    }
}

impl fmt::Debug for LiveKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LiveKeyring").field(&self.load().keyring).finish()
    }
}

const NEVER: Timestamp = Timestamp::from_unix(0);
