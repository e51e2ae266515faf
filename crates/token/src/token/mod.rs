//! Token, format 1: bytes in, bytes out.
//!
//! ```text
//! token  = base64url( header ‖ random ‖ ciphertext ‖ tag )      40 bytes beside the plaintext
//! header = suite u8 ‖ key id 3 bytes ‖ sealed_at u32 BE         in clear
//! nonce  = header ‖ random                                      so the header is authenticated
//! plain  = claims ‖ data ‖ 0x80 ‖ 0x00*
//! ```
//!
//! The whole specification is `docs/FORMAT.md`. This module guarantees: no byte of a plaintext is looked at before the tag
//! verifies; opening costs at most one AEAD call and allocates at most as much as the text is long; one token is one string. It
//! does not choose keys (that is [`Keyring`](crate::keyring::Keyring)), and it applies no policy (that is the session's part).
//!
//! The types carry the trust: an [`Unopened`] token has a header that may choose a key. Only an [`Opened`] one has a plaintext.
//!
//! A handler never meets a token. Without the tower layer, seal and open one with a ring:
//!
//! ```
//! use gingersnap::keyring::Keyring;
//! use gingersnap::token::{Aad, Kind, Plaintext, Sealing, Suite, Unopened};
//! use gingersnap::{Clock, Entropy, OsEntropy, Refusal, SystemClock};
//!
//! let now = SystemClock.now();
//! let ring = Keyring::init(Suite::default(), 86_400, now, &mut |bytes| OsEntropy.fill(bytes))?;
//! let aad = |audience| Aad::new(Kind::Data, "note", "note", audience, "").ok_or("a part is too long");
//!
//! let mut plain = Plaintext::with_capacity(5);
//! plain.extend(b"hello");
//! let mut random = [0; Sealing::RANDOM_LEN];
//! OsEntropy.fill(&mut random)?;
//! let token = ring.seal(plain, &aad("shop")?, now, &Sealing::new(now, random))?.to_string();
//! assert_eq!(token.len(), 96); // 54 characters and 32 bytes: 5, and padding
//!
//! let opened = ring.open(Unopened::parse(token.as_bytes())?, &aad("shop")?, now, None)?;
//! assert_eq!(opened.plain(), b"hello");
//! let elsewhere = ring.open(Unopened::parse(token.as_bytes())?, &aad("staging")?, now, None);
//! assert_eq!(elsewhere.unwrap_err(), Refusal::Forged);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use core::fmt;
use core::ops::Range;

mod aad;
mod claims;
mod header;
mod ids;
pub(crate) mod messages;
mod padding;
mod plaintext;
mod seal;
mod suite;
mod text;

pub(crate) use aad::write_parts;
pub use aad::{Aad, Kind};
pub use claims::{ActivityClaims, DataClaims, IdentityClaims, PointerClaims};
pub use header::{Header, KeyId, ParseKeyIdError};
pub use ids::{PersonId, RecordId, SessionId};
pub use padding::Padding;
pub use plaintext::Plaintext;
pub use seal::{SealError, Sealed, Sealing};
pub(crate) use suite::SECRET_LEN;
#[cfg(any(test, feature = "count-opens"))]
#[doc(hidden)]
pub use suite::calls;
pub use suite::{Cipher, Suite};

use crate::time::PATIENCE;
use crate::{Refusal, SKEW, Timestamp};
use header::HEADER_LEN;
use suite::{NONCE_LEN, TAG_LEN};

/// A token whose text was decoded and whose header was read. None of it can be trusted yet.
pub struct Unopened {
    header: Header,
    bytes: Vec<u8>,
}

impl Unopened {
    /// The longest text that is decoded at all, in characters.
    pub const MAX_TEXT: usize = text::MAX_TEXT;

    /// Decodes a token's text and reads its header.
    ///
    /// # Errors
    /// [`Refusal::TooLong`], [`Refusal::NotBase64url`], [`Refusal::TooShort`] or [`Refusal::UnknownSuite`].
    pub fn parse(text: &[u8]) -> Result<Self, Refusal> {
        Self::of(text::decode(text)?)
    }

    /// Reads the header of a token that is bytes, such as a record in a store. The cost grows with the length, so the caller must
    /// limit it.
    ///
    /// # Errors
    /// [`Refusal::TooShort`] or [`Refusal::UnknownSuite`].
    pub fn of(bytes: Vec<u8>) -> Result<Self, Refusal> {
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

/// A token whose tag has verified. `Debug` shows only the header.
#[derive(Clone)]
pub struct Opened {
    sealed_at: Timestamp,
    key_id: KeyId,
    bytes: Vec<u8>,
    len: usize,
}

impl Opened {
    /// The time at which the token was sealed, by the clock of the node that sealed it.
    pub const fn sealed_at(&self) -> Timestamp {
        self.sealed_at
    }

    /// Checks the time at which the token was sealed: it may be ahead of `now` by [`SKEW`].
    ///
    /// # Errors
    /// [`Refusal::FromFuture`], and [`Refusal::FarFuture`] beyond 5 minutes.
    pub fn check_clock(&self, now: Timestamp) -> Result<(), Refusal> {
        if self.sealed_at > now.plus(PATIENCE) {
            Err(Refusal::FarFuture)
        } else if self.sealed_at > now.plus(SKEW) {
            Err(Refusal::FromFuture)
        } else {
            Ok(())
        }
    }

    /// The key with which the token was sealed.
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Claims and data, without the padding.
    pub fn plain(&self) -> &[u8] {
        self.bytes.get(NONCE_LEN..NONCE_LEN + self.len).unwrap_or_default()
    }

    /// The bytes that hold the plaintext, and its place in them.
    #[doc(hidden)]
    pub fn into_bytes(self) -> (Vec<u8>, Range<usize>) {
        (self.bytes, NONCE_LEN..NONCE_LEN + self.len)
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
