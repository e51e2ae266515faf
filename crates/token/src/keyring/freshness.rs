//! How fresh a node's ring is, by which it judges tokens of keys that it does not have.

use crate::time::PATIENCE;
use crate::{SKEW, Timestamp};

/// What a node that follows the place of its ring knows about the age of what it has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Freshness {
    /// The time at which the ring was last loaded, or found to be the newest.
    pub(super) loaded_at: Timestamp,
    /// Seconds that the place may lag behind what was written to it: [`Self::LAG`] unless the node says otherwise.
    pub(super) lag: u64,
}

impl Freshness {
    /// Five minutes.
    pub(super) const LAG: u64 = PATIENCE;

    /// That of a ring from a place with the usual lag.
    pub(super) const fn at(loaded_at: Timestamp) -> Self {
        Self { loaded_at, lag: Self::LAG }
    }

    /// True if a key that sealed then may be in a ring that this node has not seen yet.
    pub(super) fn may_be_newer(self, sealed_at: Timestamp, now: Timestamp) -> bool {
        now < sealed_at.plus(self.lag)
            && sealed_at <= now.plus(PATIENCE)
            && sealed_at.plus(SKEW) >= self.loaded_at
    }
}
