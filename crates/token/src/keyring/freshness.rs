//! The freshness of a node's ring, by which the node judges tokens of keys that it does not have.

use crate::time::PATIENCE;
use crate::{SKEW, Timestamp};

/// The age of the ring, as far as a node that follows the ring's place knows it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Freshness {
    /// The time at which the ring was last loaded, or found to be the newest.
    pub(super) loaded_at: Timestamp,
    /// Seconds by which the place may lag behind a write: [`Self::LAG`] unless the node says otherwise.
    pub(super) lag: u64,
}

impl Freshness {
    /// Five minutes.
    pub(super) const LAG: u64 = PATIENCE;

    /// The freshness of a ring from a place with the usual lag.
    pub(super) const fn at(loaded_at: Timestamp) -> Self {
        Self { loaded_at, lag: Self::LAG }
    }

    /// True if a key that sealed at `sealed_at` may be in a ring that this node has not seen yet.
    pub(super) fn may_be_newer(self, sealed_at: Timestamp, now: Timestamp) -> bool {
        now < sealed_at.plus(self.lag)
            && sealed_at <= now.plus(PATIENCE)
            && sealed_at.plus(SKEW) >= self.loaded_at
    }
}
