//! The clock, the operating system's randomness, and the environment where it is no option: the only place here that reads
//! them.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::time::SystemTime;

use gingersnap::NoEntropy;
use gingersnap::Timestamp;

/// Now, by this machine's clock; 1970 for a clock that is set before it.
pub(crate) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_unix(since.as_secs())
}

/// Fills `bytes` from the operating system.
pub(crate) fn random(bytes: &mut [u8]) -> Result<(), NoEntropy> {
    getrandom::fill(bytes).map_err(|_| NoEntropy)
}

/// Which events to log; none if nothing is said, or not in text.
pub(crate) fn log_directives() -> Option<String> {
    env::var("GINGERSNAP_LOG").ok()
}

/// An age identity itself: for where there are environments only. It is no option, since those are seen by everybody.
/// An empty one is none, as it is for the credentials.
pub(crate) fn identity_variable() -> Option<OsString> {
    env::var_os(IDENTITY_VARIABLE).filter(|text| !text.is_empty())
}

/// Where systemd puts what `LoadCredential=` names.
pub(crate) fn credentials_directory() -> Option<PathBuf> {
    env::var_os("CREDENTIALS_DIRECTORY").filter(|path| !path.is_empty()).map(Into::into)
}

pub(crate) const IDENTITY_VARIABLE: &str = "GINGERSNAP_IDENTITY";
