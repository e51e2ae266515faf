//! Errors of a reload.

use core::fmt;

use crate::keyring::KeyringError;
use crate::keystore::KeystoreError;

/// An error loading a ring, or putting it in use.
#[non_exhaustive]
pub enum ReloadError {
    /// The keystore did not give its bytes.
    Keystore(KeystoreError),
    /// The bytes are not a ring, or the ring must not replace the one in use.
    Keyring(KeyringError),
}

impl ReloadError {
    /// A remedy, if one is known.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Keystore(error) => error.hint(),
            Self::Keyring(error) => error.hint(),
        }
    }
}

impl fmt::Display for ReloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keystore(error) => error.fmt(f),
            Self::Keyring(error) => error.fmt(f),
        }
    }
}

impl fmt::Debug for ReloadError {
    /// Shows the hint too, because `unwrap` and `main` print this.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keystore(error) => error.fmt(f),
            Self::Keyring(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for ReloadError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Keystore(error) => Some(error),
            Self::Keyring(error) => Some(error),
        }
    }
}

impl From<KeystoreError> for ReloadError {
    fn from(error: KeystoreError) -> Self {
        Self::Keystore(error)
    }
}

impl From<KeyringError> for ReloadError {
    fn from(error: KeyringError) -> Self {
        Self::Keyring(error)
    }
}
