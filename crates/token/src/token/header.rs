//! The eight bytes in clear: suite, key and time.

use core::fmt;
use core::str::FromStr;

use super::suite::Suite;
use crate::hex::Hex;
use crate::{Refusal, Timestamp};

/// Bytes of a header.
pub(super) const HEADER_LEN: usize = 8;

/// A key's name in tokens: three random bytes, unique within a ring.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct KeyId([u8; 3]);

impl KeyId {
    /// The id of these three bytes.
    pub const fn from_bytes(bytes: [u8; 3]) -> Self {
        Self(bytes)
    }

    /// The id's three bytes, as they are in a token.
    pub const fn to_bytes(self) -> [u8; 3] {
        self.0
    }
}

impl fmt::Display for KeyId {
    /// Six lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Hex(&self.0).fmt(f)
    }
}

impl FromStr for KeyId {
    type Err = ParseKeyIdError;

    /// Reads the text that `Display` writes: exactly six lower-case hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, ParseKeyIdError> {
        let canonical = text.len() == 6 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let number = u32::from_str_radix(text, 16).ok().filter(|_| canonical).ok_or(ParseKeyIdError(()))?;
        let [_, a, b, c] = number.to_be_bytes();
        Ok(Self([a, b, c]))
    }
}

/// The text is not six lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ParseKeyIdError(());

impl fmt::Display for ParseKeyIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key id is six lower-case hexadecimal digits")
    }
}

impl core::error::Error for ParseKeyIdError {}

/// A token's header, read but not yet authenticated: it may choose a key or cause a refusal, and nothing else.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Header {
    /// The suite that the token claims; `None` for a number that a later version may use (3 to 15).
    pub suite: Option<Suite>,
    /// The key that the token claims.
    pub key_id: KeyId,
    /// The time at which the token claims to have been sealed.
    pub sealed_at: Timestamp,
}

impl Header {
    pub(crate) fn parse(bytes: [u8; HEADER_LEN]) -> Result<Self, Refusal> {
        let [suite, a, b, c, t0, t1, t2, t3] = bytes;
        let known = Suite::from_number(suite);
        if known.is_none() && !LATER_SUITES.contains(&suite) {
            return Err(Refusal::UnknownSuite);
        }
        Ok(Self {
            suite: known,
            key_id: KeyId([a, b, c]),
            sealed_at: Timestamp::from_unix(u32::from_be_bytes([t0, t1, t2, t3]).into()),
        })
    }

    pub(crate) fn to_bytes(self) -> Option<[u8; HEADER_LEN]> {
        let [a, b, c] = self.key_id.0;
        let [t0, t1, t2, t3] = u32::try_from(self.sealed_at.unix()).ok()?.to_be_bytes();
        Some([self.suite?.number(), a, b, c, t0, t1, t2, t3])
    }
}

/// Numbers that a later version may use for suites.
const LATER_SUITES: core::ops::RangeInclusive<u8> = 3..=15;
