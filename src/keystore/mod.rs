//! Where a ring is kept: bytes in, bytes out.
//!
//! A [`Keystore`] knows nothing of keys, so that encryption at rest, a database or a key service fit
//! under the same interface. Nodes only [`load`](Keystore::load) rings, and may say which one they hold;
//! rings are written by the operator's commands. What stands here guarantees: [`store`](Keystore::store)
//! replaces exactly the bytes that were loaded, whole or not at all, and [`create`](Keystore::create)
//! replaces nothing. It does not look into the bytes (that is
//! [`Keyring::parse`](crate::keyring::Keyring::parse)), and it never makes a ring because there is none.
//!
//! ```no_run
//! use gingersnap::{keyring::Keyring, keystore::FileKeystore};
//! # use gingersnap::{Clock, Entropy, OsEntropy, SystemClock};
//!
//! let file = FileKeystore::new("keys.json"); // made by `gingersnap keys init --plaintext --keys keys.json`
//! let loaded = file.read()?;
//! let ring = Keyring::parse(loaded.bytes())?;
//!
//! // Only an operator's program goes on:
//! # let (now, mut random) = (SystemClock.now(), |bytes: &mut [u8]| OsEntropy.fill(bytes));
//! let next = ring.rotate(3600, None, now, &mut random)?;
//! file.write(&next.to_bytes(), loaded.version())?; // a conflict if somebody else was faster
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

mod access;
mod error;
mod file;
#[cfg(any(feature = "postgres", feature = "redis"))]
pub(crate) mod hints;
#[cfg(any(feature = "postgres", feature = "redis"))]
pub(crate) mod link;
mod node;
mod nodes;
#[cfg(any(feature = "postgres", feature = "redis"))]
pub(crate) mod url;
mod write;

#[cfg(feature = "postgres")]
pub use crate::backends::PostgresKeystore;
#[cfg(feature = "redis")]
pub use crate::backends::RedisKeystore;
#[cfg(feature = "age")]
pub use crate::backends::SealedKeystore;
pub use error::{KeystoreError, KeystoreErrorKind};
pub use file::FileKeystore;
pub use node::{Node, NodeName};

/// A place where one ring is kept.
pub trait Keystore: Send + Sync {
    /// The newest bytes.
    ///
    /// # Errors
    /// [`KeystoreErrorKind::NotFound`] if there are none, and what stands in the way of reading them.
    fn load(&self) -> impl Future<Output = Result<Loaded, KeystoreError>> + Send;

    /// Replaces the bytes of version `replaced`, whole or not at all.
    ///
    /// # Errors
    /// [`KeystoreErrorKind::Conflict`] if they are not the newest any more, and what stands in the way of writing.
    fn store(
        &self,
        bytes: &[u8],
        replaced: Version,
    ) -> impl Future<Output = Result<(), KeystoreError>> + Send;

    /// Keeps the first bytes.
    ///
    /// # Errors
    /// [`KeystoreErrorKind::AlreadyExists`] if there are any, and what stands in the way of writing.
    fn create(&self, bytes: &[u8]) -> impl Future<Output = Result<(), KeystoreError>> + Send;

    /// Loads, changes and stores the bytes, again from the beginning whenever somebody else was faster.
    ///
    /// # Errors
    /// Those of `change`, [`load`](Self::load) and [`store`](Self::store); [`KeystoreErrorKind::Conflict`] only if
    /// others were faster a thousand times.
    fn update<E: From<KeystoreError> + Send>(
        &self,
        mut change: impl FnMut(&[u8]) -> Result<Zeroizing<Vec<u8>>, E> + Send,
    ) -> impl Future<Output = Result<(), E>> + Send {
        async move {
            let mut tries = 0;
            loop {
                let old = self.load().await?;
                let new = change(old.bytes())?;
                match self.store(&new, old.version()).await {
                    Err(error) if error.kind() == KeystoreErrorKind::Conflict && tries < TRIES => tries += 1,
                    result => return Ok(result?),
                }
            }
        }
    }

    /// Ends when the ring may have changed: a hint that it is worth loading, which may come for nothing or not at all.
    ///
    /// Never ends where a keystore has no hints. It outlives outages: what stands in its way is not the caller's to know.
    fn changed(&self) -> impl Future<Output = ()> + Send {
        core::future::pending()
    }

    /// Keeps what a node says of the ring that it holds, in place of what it said before.
    ///
    /// A keystore that has no room for that stores nothing, and [`nodes`](Self::nodes) and [`forget`](Self::forget) find
    /// nothing.
    ///
    /// # Errors
    /// What stands in the way of writing. Serving goes on: a node needs no right to write.
    fn register(&self, node: &Node) -> impl Future<Output = Result<(), KeystoreError>> + Send {
        let _ = node;
        async { Ok(()) }
    }

    /// What the nodes said last, in the order of their names.
    ///
    /// # Errors
    /// What stands in the way of reading, and [`KeystoreErrorKind::BadNode`].
    fn nodes(&self) -> impl Future<Output = Result<Vec<Node>, KeystoreError>> + Send {
        async { Ok(Vec::new()) }
    }

    /// Removes what a node said, since it is gone for good.
    ///
    /// # Errors
    /// What stands in the way of writing.
    fn forget(&self, node: &NodeName) -> impl Future<Output = Result<(), KeystoreError>> + Send {
        let _ = node;
        async { Ok(()) }
    }
}

const TRIES: u32 = 1000;

/// What was loaded: bytes that are wiped when dropped, and their version.
#[derive(Clone)]
pub struct Loaded {
    bytes: Zeroizing<Vec<u8>>,
    version: Version,
}

impl Loaded {
    /// Bytes that a keystore read.
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { version: Version::of(&bytes), bytes }
    }

    /// The same version of other bytes: what a keystore makes of those of the one that it stands on.
    #[must_use]
    pub fn map(self, bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { bytes, ..self }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Their version.
    pub const fn version(&self) -> Version {
        self.version
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded").field("version", &self.version).finish_non_exhaustive()
    }
}

/// Names the bytes that a keystore holds: their SHA-256.
///
/// It stands for the generation, which a keystore could not read if the bytes are encrypted, and tells
/// apart two rings of one generation too.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Version(pub(crate) [u8; 32]);

impl Version {
    /// The version of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Version {
    /// 64 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({:.8}..)", self.to_string())
    }
}
