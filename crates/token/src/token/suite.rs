//! The two AEADs. The only file that names an AEAD crate.
//!
//! Both suites have a 32-byte key, a 24-byte nonce and a 16-byte tag, so that a random nonce never
//! runs out: 2^80 tokens per key before a repeat is likelier than 2^-32 (C2SP XAES-256-GCM).

use core::fmt;

use aes_gcm::aead::{AeadInOut, KeyInit};
#[cfg(feature = "xchacha20")]
use chacha20poly1305::XChaCha20Poly1305;
use xaes_256_gcm::Xaes256Gcm;

use crate::Refusal;

/// Bytes of a nonce, in both suites.
pub(crate) const NONCE_LEN: usize = 24;
/// Bytes of a tag, in both suites.
pub(crate) const TAG_LEN: usize = 16;
/// Bytes of a secret, in both suites.
pub(crate) const SECRET_LEN: usize = 32;

/// The AEAD of a key; the first byte of a token. It names the whole layout.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum Suite {
    /// Suite 1, XAES-256-GCM (C2SP): the fastest where the processor has AES instructions.
    #[default]
    Xaes256Gcm,
    /// Suite 2, XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha): for machines without AES instructions. A build needs the feature
    /// `xchacha20` for it.
    XChaCha20Poly1305,
}

impl Suite {
    /// Every suite of this version.
    pub const ALL: [Self; 2] = [Self::Xaes256Gcm, Self::XChaCha20Poly1305];

    /// The suite's number on the wire.
    pub const fn number(self) -> u8 {
        match self {
            Self::Xaes256Gcm => 1,
            Self::XChaCha20Poly1305 => 2,
        }
    }

    /// The suite with this number, if this version knows it.
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            1 => Some(Self::Xaes256Gcm),
            2 => Some(Self::XChaCha20Poly1305),
            _ => None,
        }
    }

    /// The suite's name in key files and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Xaes256Gcm => "xaes-256-gcm",
            Self::XChaCha20Poly1305 => "xchacha20-poly1305",
        }
    }

    /// The suite with this name, if this version knows it.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.name() == name)
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An AEAD with its key schedule done. Wiped when dropped.
#[derive(Clone)]
pub struct Cipher(Inner);

#[derive(Clone)]
enum Inner {
    Xaes(Box<Xaes256Gcm>),
    #[cfg(feature = "xchacha20")]
    XChaCha(XChaCha20Poly1305),
}

impl Cipher {
    /// Prepares `secret` for `suite`; `None` if this build does not have the suite.
    pub fn new(suite: Suite, secret: &[u8; SECRET_LEN]) -> Option<Self> {
        Some(Self(match suite {
            Suite::Xaes256Gcm => Inner::Xaes(Box::new(Xaes256Gcm::new(secret.into()))),
            #[cfg(feature = "xchacha20")]
            Suite::XChaCha20Poly1305 => Inner::XChaCha(XChaCha20Poly1305::new(secret.into())),
            #[cfg(not(feature = "xchacha20"))]
            Suite::XChaCha20Poly1305 => return None,
        }))
    }

    /// The suite that this cipher was made for.
    pub const fn suite(&self) -> Suite {
        match self.0 {
            Inner::Xaes(_) => Suite::Xaes256Gcm,
            #[cfg(feature = "xchacha20")]
            Inner::XChaCha(_) => Suite::XChaCha20Poly1305,
        }
    }

    /// Encrypts `buffer` in place; returns the tag.
    ///
    /// `None` if the buffer is longer than the AEAD allows (2^36 bytes and more).
    pub(crate) fn seal(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        buffer: &mut [u8],
    ) -> Option<[u8; TAG_LEN]> {
        match &self.0 {
            Inner::Xaes(aead) => aead.encrypt_inout_detached(nonce.into(), aad, buffer.into()).ok(),
            #[cfg(feature = "xchacha20")]
            Inner::XChaCha(aead) => aead.encrypt_inout_detached(nonce.into(), aad, buffer.into()).ok(),
        }
        .map(Into::into)
    }

    /// Decrypts `buffer` in place. If the tag does not verify, it returns [`Refusal::Forged`] and leaves the buffer unread.
    pub(crate) fn open(
        &self,
        nonce: &[u8; NONCE_LEN],
        aad: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Refusal> {
        #[cfg(any(test, feature = "count-opens"))]
        calls::count();
        match &self.0 {
            Inner::Xaes(aead) => aead.decrypt_inout_detached(nonce.into(), aad, buffer.into(), tag.into()),
            #[cfg(feature = "xchacha20")]
            Inner::XChaCha(aead) => aead.decrypt_inout_detached(nonce.into(), aad, buffer.into(), tag.into()),
        }
        .map_err(|_| Refusal::Forged)
    }
}

impl fmt::Debug for Cipher {
    /// Shows only the suite, never key material.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Cipher").field(&self.suite()).finish()
    }
}

/// Counts the tokens that this thread tried to open, to prove the bound.
#[cfg(any(test, feature = "count-opens"))]
#[doc(hidden)]
pub mod calls {
    use std::cell::Cell;

    thread_local!(static OPENS: Cell<usize> = const { Cell::new(0) });

    pub(super) fn count() {
        OPENS.set(OPENS.get() + 1);
    }

    /// The AEAD open calls that `f` makes.
    pub fn during<R>(f: impl FnOnce() -> R) -> (R, usize) {
        let before = OPENS.get();
        let result = f();
        (result, OPENS.get() - before)
    }
}
