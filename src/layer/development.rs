//! The key ring of a program that runs as it is pasted.

use super::events::development;
use super::system::{OsEntropy, SystemClock};
use crate::keyring::{Keyring, KeyringError};
use crate::keystore::FileKeystore;
use crate::token::Suite;
use crate::{Clock as _, Entropy as _};

impl FileKeystore {
    /// A ring for development, which needs nothing else: no tool, no file, no configuration.
    ///
    /// It is kept in `target/`, cargo's folder, if that exists, so that a restart signs nobody out; otherwise in memory. Nothing
    /// follows it. Each call is an event that says so, at ERROR in a program without debug assertions. For anything else,
    /// `gingersnap keys init` makes a ring, and [`load`](Self::load) loads it.
    ///
    /// ```
    /// use gingersnap::{Map, SessionLayer, keystore::FileKeystore};
    ///
    /// let ring = FileKeystore::for_development()?;
    /// let sessions = SessionLayer::builder(ring, "shop development").session::<Map>("session").build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// None, if the operating system gives random bytes.
    pub fn for_development() -> Result<Keyring, KeyringError> {
        let file = Self::new(DEVELOPMENT);
        if let Ok(ring) = file.load() {
            development(DEVELOPMENT);
            return Ok(ring);
        }
        let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
        let now = SystemClock.now();
        let ring = Keyring::init(Suite::default(), Keyring::MAX_LONGEST_SESSION, now, &mut random)?;
        let is_written = file.write_new(&ring.to_bytes()).is_ok();
        development(if is_written { DEVELOPMENT } else { "memory" });
        Ok(ring)
    }
}

const DEVELOPMENT: &str = "target/gingersnap-development-keys.json";
