//! Plaintexts before they are sealed.

use core::fmt;

use super::suite::{NONCE_LEN, TAG_LEN};

/// A plaintext that is being written: claims, then data, with room before them for the nonce.
#[derive(Clone)]
pub struct Plaintext(pub(super) Vec<u8>);

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

    /// The number of bytes so far.
    pub fn len(&self) -> usize {
        self.0.len() - NONCE_LEN
    }

    /// True if there is no byte yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes from `start` on.
    #[doc(hidden)]
    pub fn tail(&self, start: usize) -> &[u8] {
        self.0.get(NONCE_LEN + start..).unwrap_or_default()
    }

    /// Drops all but the first `len` bytes.
    #[doc(hidden)]
    pub fn truncate(&mut self, len: usize) {
        self.0.truncate(NONCE_LEN + len);
    }
}

impl fmt::Debug for Plaintext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plaintext").field("len", &self.len()).finish_non_exhaustive()
    }
}

const PADDING_ROOM: usize = 32;
