//! How long a session may last.

/// The limits that are applied when a session is opened, so that a shorter one acts on tokens that are out already.
///
/// The presets are NIST SP 800-63B's absolute timeouts for AAL1 to AAL3. A limit is reached when the age
/// *equals* it. There is no session without an absolute timeout.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Policy {
    absolute_timeout: u64,
}

impl Policy {
    /// 30 days (AAL1).
    pub const fn relaxed() -> Self {
        Self { absolute_timeout: 30 * DAY }
    }

    /// 24 hours (AAL2): the default.
    pub const fn standard() -> Self {
        Self { absolute_timeout: DAY }
    }

    /// 12 hours (AAL3).
    pub const fn strict() -> Self {
        Self { absolute_timeout: DAY / 2 }
    }

    /// Seconds from a session's start to its end, whatever happens in between.
    #[must_use]
    pub const fn absolute_timeout(self, seconds: u64) -> Self {
        Self { absolute_timeout: seconds }
    }

    pub(crate) const fn absolute(self) -> u64 {
        self.absolute_timeout
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self::standard()
    }
}

const DAY: u64 = 24 * 60 * 60;
