//! Points in time, to the second, and clocks.

use core::fmt;

/// The greatest difference allowed between the clocks of two nodes: 60 seconds.
pub const SKEW: u64 = 60;

/// Seconds for which a token that may yet be accepted is left alone: 5 minutes. After that it is dead.
pub(crate) const PATIENCE: u64 = 300;

/// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted (POSIX time).
///
/// Nothing in this crate reads a clock: times come in as arguments.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Timestamp(u64);

impl Timestamp {
    /// 2106-02-07T06:28:15Z, the last second that a token can hold.
    pub const LATEST: Self = Self(u32::MAX as u64);

    /// The point `seconds` after the Unix epoch.
    pub const fn from_unix(seconds: u64) -> Self {
        Self(seconds)
    }

    /// Seconds since the Unix epoch.
    pub const fn unix(self) -> u64 {
        self.0
    }

    /// Seconds from `self` to `now`; 0 if `self` is later.
    pub const fn age_at(self, now: Self) -> u64 {
        now.0.saturating_sub(self.0)
    }

    /// Seconds from `self` to a later `at`; 0 if that has passed.
    pub const fn until(self, at: Self) -> u64 {
        at.0.saturating_sub(self.0)
    }

    /// The time `seconds` earlier; 1970 at the earliest.
    pub(crate) const fn minus(self, seconds: u64) -> Self {
        Self(self.0.saturating_sub(seconds))
    }

    /// The time `seconds` later; at most the last one that can be represented.
    pub const fn plus(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

impl fmt::Display for Timestamp {
    /// Writes the number of seconds.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A source of the time.
pub trait Clock: Send + Sync + 'static {
    /// Now.
    fn now(&self) -> Timestamp;
}

impl<F: Fn() -> Timestamp + Send + Sync + 'static> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn until_looks_ahead_and_age_looks_back() {
        let (early, late) = (Timestamp::from_unix(10), Timestamp::from_unix(25));
        assert_eq!((early.until(late), late.until(early), early.until(early)), (15, 0, 0));
        assert_eq!((early.age_at(late), late.age_at(early), early.age_at(early)), (15, 0, 0));
    }
}
