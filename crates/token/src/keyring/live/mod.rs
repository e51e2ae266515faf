//! The ring in use, which a reload replaces while requests run.

#[cfg(not(feature = "reload"))]
mod fixed;
#[cfg(feature = "reload")]
mod replaced;

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

#[cfg(not(feature = "reload"))]
use fixed::InUse;
#[cfg(feature = "reload")]
use replaced::InUse;

use super::{Freshness, Keyring};
use crate::token::{Aad, Opened, Unopened};
use crate::{Refusal, Timestamp};

/// The ring in use. With the feature `reload`, a later generation can replace it.
///
/// Clones share the ring: replacing it through one replaces it for layers that were built with another. Looking at it takes no
/// lock, so that a reload delays no request. A request uses the newest ring at every step.
///
/// It counts the tokens whose key it does not know. That count shows a node that its ring is old.
#[derive(Clone)]
pub struct LiveKeyring(Arc<Shared>);

struct Shared {
    in_use: InUse,
    /// In seconds.
    lag: AtomicU64,
    unknown_keys: AtomicU64,
}

impl LiveKeyring {
    /// A ring that was loaded at `loaded_at`, a time before loading began, and is followed from now on.
    pub fn new(keyring: Keyring, loaded_at: Timestamp) -> Self {
        let in_use = InUse::new(Arc::new(keyring), loaded_at);
        let lag = AtomicU64::new(Freshness::LAG);
        Self(Arc::new(Shared { in_use, lag, unknown_keys: AtomicU64::new(0) }))
    }

    /// Sets by how many seconds the ring's place may lag behind a write; five minutes unless set.
    ///
    /// For that time, a token with a key that this node does not have is left alone. A dead token may be replaced.
    #[must_use]
    pub fn lagging(self, seconds: u64) -> Self {
        self.0.lag.store(seconds, Ordering::Relaxed);
        self
    }

    /// The ring in use now.
    pub fn get(&self) -> Arc<Keyring> {
        self.0.in_use.look(|keyring, _| Arc::clone(keyring))
    }

    /// Lends the ring in use to `look`; cheaper than [`get`](Self::get).
    pub fn with<R>(&self, look: impl FnOnce(&Keyring) -> R) -> R {
        self.0.in_use.look(|keyring, _| look(keyring))
    }

    /// The time at which the ring was last loaded, or found to be the newest; 1970 if nothing follows it.
    pub fn loaded_at(&self) -> Timestamp {
        self.0.in_use.look(|_, loaded_at| loaded_at)
    }

    /// The freshness of the ring; `None` if nothing follows it.
    fn freshness_of(&self, loaded_at: Timestamp) -> Option<Freshness> {
        let freshness = Freshness { loaded_at, lag: self.0.lag.load(Ordering::Relaxed) };
        Some(freshness).filter(|it| it.loaded_at != NEVER)
    }

    /// The number of tokens since the start that named a key that the ring did not have.
    pub fn unknown_keys(&self) -> u64 {
        self.0.unknown_keys.load(Ordering::Relaxed)
    }

    /// Notes that the ring in use was found to be the newest at `loaded_at`.
    pub fn confirm(&self, loaded_at: Timestamp) {
        self.0.in_use.confirm(loaded_at);
    }

    /// Opens a token with the ring in use, as [`Keyring::open_of_any_clock`] does; also returns its `sessions_dead_before`.
    ///
    /// # Errors
    /// Those of [`Keyring::open`], except [`Refusal::FromFuture`].
    #[doc(hidden)]
    pub fn open_of_any_clock(
        &self,
        token: Unopened,
        aad: &Aad,
        now: Timestamp,
    ) -> Result<(Opened, Option<Timestamp>), Refusal> {
        let open = |keyring: &Arc<Keyring>, loaded_at| {
            let opened = keyring.open_of_any_clock(token, aad, now, self.freshness_of(loaded_at))?;
            Ok((opened, keyring.sessions_dead_before()))
        };
        let opened = self.0.in_use.look(open);
        if let Err(Refusal::UnknownKey | Refusal::UnknownNewerKey) = opened {
            // A flood of made-up key ids costs no more than this. The reloader reads the count once a second.
            self.0.unknown_keys.fetch_add(1, Ordering::Relaxed);
        }
        opened
    }
}

/// A ring that nothing follows, as in tests and single programs: a token of another ring is dead at once.
impl From<Keyring> for LiveKeyring {
    fn from(keyring: Keyring) -> Self {
        Self::new(keyring, NEVER)
    }
}

impl fmt::Debug for LiveKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LiveKeyring").field(&self.get()).finish()
    }
}

const NEVER: Timestamp = Timestamp::from_unix(0);
