//! `0x80 ‖ 0x00*`: hides a few bits of the length, and ends the data.

use crate::Refusal;

/// The multiple of bytes to which a plaintext is padded (ISO/IEC 7816-4: 0x80, then zeros).
///
/// The 0x80 is always there. A session that would otherwise no longer fit its cookie is padded less.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Padding {
    /// Only the 0x80.
    None,
    /// Multiples of 16 bytes.
    To16,
    /// Multiples of 32 bytes: 16 bytes more on average.
    #[default]
    To32,
    /// Multiples of 64 bytes.
    To64,
    /// Multiples of 256 bytes.
    To256,
}

impl Padding {
    const fn multiple(self) -> usize {
        match self {
            Self::None => 1,
            Self::To16 => 16,
            Self::To32 => 32,
            Self::To64 => 64,
            Self::To256 => 256,
        }
    }

    /// The padded length for `len` bytes of claims and data; at most `limit` as long as the 0x80 fits.
    pub(crate) fn padded_len(self, len: usize, limit: usize) -> usize {
        let least = len + 1;
        least.next_multiple_of(self.multiple()).min(limit).max(least)
    }
}

/// Removes the padding: at most 255 zeros, then one 0x80.
pub(crate) fn strip(plain: &[u8]) -> Result<&[u8], Refusal> {
    let zeros = plain.iter().rev().take_while(|&&byte| byte == 0).count();
    if zeros > MAX_ZEROS {
        return Err(Refusal::BadPadding);
    }
    plain.get(..plain.len() - zeros).and_then(|rest| rest.strip_suffix(&[MARK])).ok_or(Refusal::BadPadding)
}

pub(crate) const MARK: u8 = 0x80;
const MAX_ZEROS: usize = 255;
