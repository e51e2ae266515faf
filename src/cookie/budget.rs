//! The octets that a cookie may have.

/// Octets of name and value together that browsers keep (RFC 6265bis §5.6, step 5). They drop a longer cookie in silence.
const LIMIT: usize = 4096;

/// The octets that a cookie's name and value may have together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Budget(usize);

impl Budget {
    /// A budget of 1 to 4,096 octets; `None` for any other number.
    pub const fn new(octets: usize) -> Option<Self> {
        if octets == 0 || octets > LIMIT { None } else { Some(Self(octets)) }
    }

    /// Octets of name and value together.
    pub const fn octets(self) -> usize {
        self.0
    }

    /// Octets that are left for the value of a cookie with this name.
    pub const fn value_limit(self, name: &str) -> usize {
        self.0.saturating_sub(name.len())
    }
}

impl Default for Budget {
    fn default() -> Self {
        Self(LIMIT)
    }
}
