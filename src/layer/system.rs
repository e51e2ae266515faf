//! The real clock and the real source of randomness.

use crate::{Clock, Entropy, NoEntropy, Timestamp};

/// The machine's clock. A clock before 1970 reads as 1970: then nothing opens, and nothing panics.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    /// Uses the precise clock: a coarse one is milliseconds behind the application's, and so sometimes a whole second for times
    /// counted in seconds.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_unix(since.as_secs())
    }
}

/// The operating system's random source, asked each time: a pool in the process would be copied with a snapshot of the machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

impl Entropy for OsEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|_| NoEntropy)
    }
}
