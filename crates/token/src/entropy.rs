//! Randomness as an argument: nothing in this crate asks the operating system for it.

use core::fmt;

/// A source of randomness. It must be as good as the operating system's: nonces, keys and session ids come from it.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `bytes`.
    ///
    /// # Errors
    /// [`NoEntropy`] if there are no random bytes; nothing is sealed then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy>;
}

/// The source has no random bytes.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct NoEntropy;

impl fmt::Display for NoEntropy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the random source failed")
    }
}

impl core::error::Error for NoEntropy {}
