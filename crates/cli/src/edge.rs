//! The clock, the operating system's randomness, and the environment beyond the options: nothing else here reads them.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use gingersnap::{Clock as _, Entropy as _, NoEntropy, OsEntropy, SystemClock, Timestamp};

/// Now, by this machine's clock; 1970 for a clock that is set before it.
pub(crate) fn now() -> Timestamp {
    SystemClock.now()
}

/// Fills `bytes` from the operating system.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    OsEntropy.fill(bytes)
}

/// Returns an age identity in the environment, for places that have nothing else. No option holds it, since everybody
/// sees options. An empty variable counts as unset, as for the credentials.
pub(crate) fn identity_variable() -> Option<OsString> {
    env::var_os(IDENTITY_VARIABLE).filter(|text| !text.is_empty())
}

/// The directory in which systemd puts what `LoadCredential=` names.
pub(crate) fn credentials_directory() -> Option<PathBuf> {
    env::var_os("CREDENTIALS_DIRECTORY").filter(|path| !path.is_empty()).map(Into::into)
}

pub(crate) const IDENTITY_VARIABLE: &str = "GINGERSNAP_IDENTITY";
