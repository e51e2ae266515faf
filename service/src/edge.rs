//! The clock, the operating system's randomness and the host's name: the only place here that reads them.

use std::fs;
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

/// What this host is called; empty where the system does not tell.
pub(crate) fn host() -> String {
    let from = |path| fs::read_to_string(path).ok();
    from("/proc/sys/kernel/hostname").or_else(|| from("/etc/hostname")).unwrap_or_default()
}
