//! Sealing: a plaintext becomes a token.

use core::fmt;

use super::header::{HEADER_LEN, Header, KeyId};
use super::suite::{Cipher, NONCE_LEN, TAG_LEN};
use super::{Aad, Padding, Plaintext, Unopened, padding, text};
use crate::Timestamp;

/// The inputs for sealing one token, in addition to its plaintext, its key and its associated data.
#[derive(Clone, Copy, Debug)]
pub struct Sealing {
    /// The time for the header.
    pub sealed_at: Timestamp,
    /// Fresh bytes from the operating system. They go into the nonce: never use them twice.
    pub random: [u8; Self::RANDOM_LEN],
    /// The padding; there is less of it if the token would be longer than `limit`.
    pub padding: Padding,
    /// The longest text allowed, in characters. No text is longer than [`Unopened::MAX_TEXT`].
    pub limit: usize,
}

impl Sealing {
    /// Random bytes of a token.
    pub const RANDOM_LEN: usize = 16;

    /// The inputs with the default padding, and without a limit but that of every token.
    pub const fn new(sealed_at: Timestamp, random: [u8; Self::RANDOM_LEN]) -> Self {
        Self { sealed_at, random, padding: Padding::To32, limit: Unopened::MAX_TEXT }
    }
}

impl Plaintext {
    /// Pads and seals with an active key.
    ///
    /// # Errors
    /// [`SealError::DoesNotFit`] if even the unpadded token is longer than the limit;
    /// [`SealError::ClockOutOfRange`] if `sealed_at` is after 2106-02-07.
    pub fn seal(
        self,
        cipher: &Cipher,
        key_id: KeyId,
        aad: &Aad,
        sealing: &Sealing,
    ) -> Result<Sealed, SealError> {
        let room =
            text::decoded_len(sealing.limit.min(Unopened::MAX_TEXT)).saturating_sub(NONCE_LEN + TAG_LEN);
        self.seal_within(room, cipher, key_id, aad, sealing)
    }

    /// Pads and seals a record for a store. It is bytes, not text, and may have any length, whatever the `limit`.
    ///
    /// # Errors
    /// [`SealError::ClockOutOfRange`]; [`SealError::DoesNotFit`] beyond what the cipher seals at once, 64 GiB.
    pub fn seal_record(
        self,
        cipher: &Cipher,
        key_id: KeyId,
        aad: &Aad,
        sealing: &Sealing,
    ) -> Result<Vec<u8>, SealError> {
        self.seal_within(usize::MAX, cipher, key_id, aad, sealing).map(|sealed| sealed.0)
    }

    fn seal_within(
        self,
        room: usize,
        cipher: &Cipher,
        key_id: KeyId,
        aad: &Aad,
        sealing: &Sealing,
    ) -> Result<Sealed, SealError> {
        let Sealing { sealed_at, random, padding, limit } = *sealing;
        let header = Header { suite: Some(cipher.suite()), key_id, sealed_at };
        let header = header.to_bytes().ok_or(SealError::ClockOutOfRange)?;
        let padded = padding.padded_len(self.len(), room);
        if padded > room {
            return Err(SealError::DoesNotFit {
                chars: text::encoded_len(NONCE_LEN + padded + TAG_LEN),
                limit,
            });
        }
        let mut bytes = self.0;
        bytes.push(padding::MARK);
        bytes.resize(NONCE_LEN + padded, 0);
        let (nonce, plain) = bytes.split_first_chunk_mut::<NONCE_LEN>().ok_or(SealError::ClockOutOfRange)?;
        let (nonce_header, nonce_random) = nonce.split_at_mut(HEADER_LEN);
        nonce_header.copy_from_slice(&header);
        nonce_random.copy_from_slice(&random);
        let tag = cipher
            .seal(nonce, aad.as_bytes(), plain)
            .ok_or(SealError::DoesNotFit { chars: usize::MAX, limit })?;
        bytes.extend_from_slice(&tag);
        Ok(Sealed(bytes))
    }
}

/// A sealed token. `Display` writes its text.
#[derive(Clone)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Appends the text to `out`.
    pub fn write_text(&self, out: &mut Vec<u8>) {
        text::encode(&self.0, out);
    }

    /// Characters of a token's text if its plaintext has `len` bytes, without padding.
    #[doc(hidden)]
    pub const fn unpadded_len(len: usize) -> usize {
        text::encoded_len(NONCE_LEN + len + 1 + TAG_LEN)
    }

    /// Characters of the text.
    pub const fn text_len(&self) -> usize {
        text::encoded_len(self.0.len())
    }
}

impl fmt::Display for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Vec::with_capacity(self.text_len());
        self.write_text(&mut out);
        f.write_str(&String::from_utf8_lossy(&out))
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").field("text_len", &self.text_len()).finish_non_exhaustive()
    }
}

/// The reason why nothing was sealed. Never caused by a stranger's input.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SealError {
    /// The token would be longer than the budget.
    DoesNotFit {
        /// Characters that the token needs even without padding.
        chars: usize,
        /// The most characters that it may have.
        limit: usize,
    },
    /// No key of the ring may seal now.
    NoActiveKey,
    /// This node's clock is more than an hour behind the making of a key of its ring: sessions that it seals would seem older
    /// than they are.
    ClockBehind,
    /// The clock is past 2106-02-07T06:28:15Z, the last second that the header can hold.
    ClockOutOfRange,
}

impl fmt::Display for SealError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DoesNotFit { chars, limit } => {
                write!(f, "the token needs {chars} characters and may have {limit}")
            }
            Self::NoActiveKey => f.write_str("no key of the ring may seal now"),
            Self::ClockBehind => {
                f.write_str("this node's clock is more than an hour behind the making of a key of its ring")
            }
            Self::ClockOutOfRange => f.write_str("the clock is past the year 2106"),
        }
    }
}

impl core::error::Error for SealError {}
