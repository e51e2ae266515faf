//! Token, format 1: bytes in, bytes out.
//!
//! ```text
//! token  = base64url( header ‖ random ‖ ciphertext ‖ tag )      40 bytes beside the plaintext
//! header = suite u8 ‖ key id 3 bytes ‖ sealed_at u32 BE         in clear
//! nonce  = header ‖ random                                      so the header is authenticated
//! plain  = claims ‖ data ‖ 0x80 ‖ 0x00*
//! ```
//!
//! The whole specification is `docs/FORMAT.md`. What stands here guarantees: no byte of a plaintext is
//! looked at before the tag verifies; opening costs at most one AEAD call and allocates at most as much
//! as the text is long; one token is one string. It does not choose keys (that is
//! [`Keyring`](crate::keyring::Keyring)), and it applies no policy (that is the session's part).
//!
//! The types carry the trust: an [`Unopened`] token has a header that may choose a key, an [`Opened`]
//! one has a plaintext, and nothing else does.
//!
//! A handler never meets a token. Who wants one without the tower layer seals and opens it with a ring:
//!
//! ```
//! use gingersnap::keyring::Keyring;
//! use gingersnap::token::{Aad, Kind, Padding, Plaintext, Suite, Unopened};
//! use gingersnap::{Clock, Entropy, OsEntropy, Refusal, SystemClock};
//!
//! let now = SystemClock.now();
//! let ring = Keyring::init(Suite::default(), 86_400, now, &mut |bytes| OsEntropy.fill(bytes))?;
//! let aad = |audience| Aad::new(Kind::Data, "note", "note", audience, "").ok_or("a part is too long");
//!
//! let mut plain = Plaintext::with_capacity(5);
//! plain.extend(b"hello");
//! let mut random = [0; 16];
//! OsEntropy.fill(&mut random)?;
//! let token = ring.seal(plain, &aad("shop")?, now, now, random, Padding::default(), 4096)?.to_string();
//! assert_eq!(token.len(), 96); // 54 characters and 32 bytes: 5, and padding
//!
//! let opened = ring.open(Unopened::parse(token.as_bytes())?, &aad("shop")?, now, now)?;
//! assert_eq!(opened.plain(), b"hello");
//! let elsewhere = ring.open(Unopened::parse(token.as_bytes())?, &aad("staging")?, now, now);
//! assert_eq!(elsewhere.unwrap_err(), Refusal::Forged);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::fmt;

mod aad;
mod claims;
mod header;
pub(crate) mod messages;
mod padding;
mod suite;
mod text;

pub use aad::{Aad, Kind};
pub use claims::{ActivityClaims, DataClaims, IdentityClaims, MAX_SUBJECT, SessionId};
pub use header::{Header, KeyId, ParseKeyIdError};
pub use padding::Padding;
pub(crate) use suite::SECRET_LEN;
#[cfg(any(test, feature = "count-opens"))]
#[doc(hidden)]
pub use suite::calls;
pub use suite::{Cipher, Suite};
pub use text::MAX_TEXT;

use crate::{Refusal, SKEW, Timestamp};
use header::HEADER_LEN;
use suite::{NONCE_LEN, TAG_LEN};

/// Random bytes of a token.
pub const RANDOM_LEN: usize = 16;

/// A token whose text was decoded and whose header was read. Nothing of it is to be trusted.
pub struct Unopened {
    header: Header,
    bytes: Vec<u8>,
}

impl Unopened {
    /// Decodes a token's text and reads its header.
    ///
    /// # Errors
    /// [`Refusal::TooLong`], [`Refusal::NotBase64url`], [`Refusal::TooShort`] or [`Refusal::UnknownSuite`].
    pub fn parse(text: &[u8]) -> Result<Self, Refusal> {
        let bytes = text::decode(text)?;
        if bytes.len() < NONCE_LEN + TAG_LEN {
            return Err(Refusal::TooShort);
        }
        let header = bytes.first_chunk::<HEADER_LEN>().ok_or(Refusal::TooShort)?;
        Ok(Self { header: Header::parse(*header)?, bytes })
    }

    /// The header, not yet authenticated.
    pub const fn header(&self) -> Header {
        self.header
    }

    /// Opens the token with the one key that its header names: one AEAD call.
    ///
    /// # Errors
    /// [`Refusal::Forged`] if the tag does not verify, [`Refusal::BadPadding`].
    pub fn open(mut self, cipher: &Cipher, aad: &Aad) -> Result<Opened, Refusal> {
        let (nonce, rest) = self.bytes.split_first_chunk_mut::<NONCE_LEN>().ok_or(Refusal::TooShort)?;
        let (plain, tag) = rest.split_last_chunk_mut::<TAG_LEN>().ok_or(Refusal::TooShort)?;
        cipher.open(nonce, aad.as_bytes(), plain, tag)?;
        let len = padding::strip(plain)?.len();
        Ok(Opened { sealed_at: self.header.sealed_at, key_id: self.header.key_id, bytes: self.bytes, len })
    }
}

impl fmt::Debug for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unopened").field("header", &self.header).finish_non_exhaustive()
    }
}

/// A token whose tag has verified. `Debug` shows the header alone.
#[derive(Clone)]
pub struct Opened {
    sealed_at: Timestamp,
    key_id: KeyId,
    bytes: Vec<u8>,
    len: usize,
}

impl Opened {
    /// A plaintext that this program made itself a moment ago, and nobody else: it has not been through an AEAD.
    #[doc(hidden)]
    pub fn of_own(plain: Plaintext, sealed_at: Timestamp, key_id: KeyId) -> Self {
        Self { sealed_at, key_id, len: plain.len(), bytes: plain.0 }
    }

    /// When the token was sealed, by the clock of the node that sealed it.
    pub const fn sealed_at(&self) -> Timestamp {
        self.sealed_at
    }

    /// Whether the clock that sealed the token is ahead of `now` by more than [`SKEW`](crate::SKEW).
    pub fn is_from_future(&self, now: Timestamp) -> bool {
        self.sealed_at > now.plus(SKEW)
    }

    /// The key that the token was sealed with.
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Claims and data, without the padding.
    pub fn plain(&self) -> &[u8] {
        self.bytes.get(NONCE_LEN..NONCE_LEN + self.len).unwrap_or_default()
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opened")
            .field("sealed_at", &self.sealed_at)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// A plaintext in the making: claims, then data, with room before them for the nonce.
#[derive(Clone)]
pub struct Plaintext(Vec<u8>);

impl Plaintext {
    /// An empty plaintext with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        let mut bytes = Vec::with_capacity(NONCE_LEN + capacity + PADDING_ROOM + TAG_LEN);
        bytes.resize(NONCE_LEN, 0);
        Self(bytes)
    }

    /// Appends one byte.
    pub fn push(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// Appends bytes.
    pub fn extend(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Bytes so far.
    pub fn len(&self) -> usize {
        self.0.len() - NONCE_LEN
    }

    /// Whether there is no byte yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes from `start` on.
    pub fn tail(&self, start: usize) -> &[u8] {
        self.0.get(NONCE_LEN + start..).unwrap_or_default()
    }

    /// Appends what `write` puts into a buffer; doubles the buffer while it is too small.
    pub fn fill<E>(
        &mut self,
        hint: usize,
        write: impl Fn(&mut [u8]) -> Result<usize, E>,
        is_full: impl Fn(&E) -> bool,
    ) -> Result<(), E> {
        let start = self.0.len();
        let mut room = hint.max(64);
        loop {
            self.0.resize(start + room, 0);
            match write(self.0.get_mut(start..).unwrap_or_default()) {
                Ok(len) => {
                    self.0.truncate(start + len);
                    return Ok(());
                }
                Err(error) if is_full(&error) && room < MAX_FILL => room *= 2,
                Err(error) => {
                    self.0.truncate(start);
                    return Err(error);
                }
            }
        }
    }

    /// Pads and seals with an active key.
    ///
    /// `random` must be 16 fresh bytes of the operating system's; `limit` is the longest text allowed, in characters.
    ///
    /// # Errors
    /// [`SealError::DoesNotFit`] if even the unpadded token is longer than `limit`;
    /// [`SealError::ClockOutOfRange`] if `sealed_at` is after 2106-02-07.
    #[expect(clippy::too_many_arguments, reason = "each is a fact that the caller alone knows")]
    pub fn seal(
        self,
        cipher: &Cipher,
        key_id: KeyId,
        aad: &Aad,
        sealed_at: Timestamp,
        random: [u8; RANDOM_LEN],
        padding: Padding,
        limit: usize,
    ) -> Result<Sealed, SealError> {
        let header = Header { suite: cipher.suite(), key_id, sealed_at };
        let header = header.to_bytes().ok_or(SealError::ClockOutOfRange)?;
        let room = text::decoded_len(limit.min(MAX_TEXT)).saturating_sub(NONCE_LEN + TAG_LEN);
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

impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plaintext").field("len", &self.len()).finish_non_exhaustive()
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

    /// Characters of the text of a token whose plaintext has `len` bytes, without padding.
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

/// Why nothing was sealed. Never caused by a stranger's input.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SealError {
    /// The token would be longer than the budget.
    DoesNotFit {
        /// Characters that the token needs without padding.
        chars: usize,
        /// Characters that it may have.
        limit: usize,
    },
    /// No key of the ring may seal now.
    NoActiveKey,
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
            Self::ClockOutOfRange => f.write_str("the clock is past the year 2106"),
        }
    }
}

impl core::error::Error for SealError {}

const PADDING_ROOM: usize = 32;
/// No buffer grows beyond this: more than any cookie can hold.
const MAX_FILL: usize = 1 << 16;
