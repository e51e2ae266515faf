//! The real clock and the real source of randomness.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::Timestamp;
use crate::session::{Clock, Entropy, NoEntropy};

/// The machine's clock. A clock before 1970 reads as 1970: nothing opens then, and nothing panics.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix(since.as_secs())
    }
}

/// The operating system's random source, asked each time: a pool in the process would survive a snapshot of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|_| NoEntropy)
    }
}
