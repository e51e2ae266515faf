//! One cookie of a response before it is sealed.

use std::sync::Arc;

use http::HeaderValue;

use super::SessionError;
use super::error::DoesNotFit;
use super::settings::{CookieUse, Settings};
use crate::Timestamp;
use crate::keyring::Keyring;
use crate::shape::Sizes;
use crate::token::{KeyId, Padding, Plaintext, SealError, Sealed, Sealing};

/// A plaintext and its cookie.
pub(crate) struct Draft {
    pub(super) to: Arc<CookieUse>,
    plain: Plaintext,
    claims_len: usize,
    /// The time at which the response goes, for which a key is chosen.
    goes: Timestamp,
    pub(crate) sealed_at: Timestamp,
    /// The end to which the browser keeps the cookie, whatever its own `Max-Age`.
    kept_until: Option<Timestamp>,
    /// True if there is no room for padding beside the browser's other cookies.
    pub(crate) is_tight: bool,
}

impl Draft {
    /// The draft of claims; data may follow.
    ///
    /// `sealed_at` never falls: it is the time at which the response goes, or that of the token which this one replaces.
    pub(crate) fn new(
        to: &Arc<CookieUse>,
        goes: Timestamp,
        replaces: Option<Timestamp>,
        write: impl FnOnce(Timestamp, &mut Plaintext),
    ) -> Self {
        let sealed_at = replaces.map_or(goes, |replaced| replaced.max(goes));
        let mut plain = Plaintext::with_capacity(PLAIN_ROOM);
        write(sealed_at, &mut plain);
        Self {
            to: Arc::clone(to),
            claims_len: plain.len(),
            plain,
            goes,
            sealed_at,
            kept_until: None,
            is_tight: false,
        }
    }

    pub(crate) fn kept_until(self, kept_until: Option<Timestamp>) -> Self {
        Self { kept_until, ..self }
    }

    /// Lets `write` append the data; what it wrote is dropped if it fails.
    pub(crate) fn append<E>(&mut self, write: impl FnOnce(&mut Plaintext) -> Result<(), E>) -> Result<(), E> {
        write(&mut self.plain).inspect_err(|_| self.plain.truncate(self.claims_len))
    }

    /// Lets `write` append what cannot fail.
    pub(crate) fn write(&mut self, write: impl FnOnce(&mut Plaintext)) {
        write(&mut self.plain);
    }

    /// The bytes after the claims.
    pub(crate) fn data(&self) -> &[u8] {
        self.plain.tail(self.claims_len)
    }

    /// Octets of the field beside the cookie's name and value, at most.
    pub(super) fn attributes_len(&self) -> usize {
        self.to.cookie.attributes_len() + self.kept_until.map_or(0, |_| LONGEST_MAX_AGE)
    }

    /// Octets of the cookie's name and value, without padding.
    pub(crate) fn octets(&self) -> usize {
        self.to.name().len() + Sealed::unpadded_len(self.plain.len())
    }

    /// Bytes of plaintext that a cookie of so many octets has room for, name included.
    pub(crate) fn room(to: &CookieUse, octets: usize) -> usize {
        let fits = |len: &usize| to.name().len() + Sealed::unpadded_len(*len) <= octets;
        (0..=octets).rev().find(fits).unwrap_or_default()
    }

    /// Refuses a draft that would not fit even without padding, before anything is sealed.
    ///
    /// `longest` is the name and the length of the claims that the data must fit with, if longer ones may come.
    pub(crate) fn check(
        &self,
        settings: &Settings,
        longest: Option<(&CookieUse, usize)>,
        sizes: impl FnOnce() -> Sizes,
    ) -> Result<(), SessionError> {
        let (to, claims_len) = longest.unwrap_or((&self.to, self.claims_len));
        let octets = to.name().len() + Sealed::unpadded_len(claims_len + self.data().len());
        if octets <= settings.budget.octets() {
            return Ok(());
        }
        Err(DoesNotFit::new(to.name(), octets, settings.budget.octets(), sizes()).into())
    }

    /// Seals the draft; returns the field, the key, and the octets of name and value.
    pub(crate) fn seal(
        self,
        settings: &Settings,
        random: [u8; Sealing::RANDOM_LEN],
    ) -> Result<(HeaderValue, KeyId, usize), SessionError> {
        let limit = settings.budget.value_limit(self.to.name());
        let now = self.goes;
        let padding = if self.is_tight { Padding::None } else { settings.padding };
        let sealing = Sealing { sealed_at: self.sealed_at, random, padding, limit };
        let seal = |ring: &Keyring| {
            let key_id = ring.active(now).ok_or(SealError::NoActiveKey)?.id();
            Ok::<_, SealError>((ring.seal(self.plain, &self.to.aad, now, &sealing)?, key_id))
        };
        let (token, key_id) = settings.keyring.with(seal)?;
        let max_age = self.kept_until.map(|at| now.until(at).max(1));
        let octets = self.to.name().len() + token.text_len();
        Ok((self.to.field(Some((&token, max_age)))?, key_id, octets))
    }
}

impl CookieUse {
    /// The field that sets the cookie, or removes it.
    pub(super) fn field(&self, token: Option<(&Sealed, Option<u64>)>) -> Result<HeaderValue, SessionError> {
        self.cookie.field(token).map_err(|error| SessionError::NotEncodable(error.to_string()))
    }
}

/// A cart of ten lines and its claims fit without growing.
const PLAIN_ROOM: usize = 256;
/// Octets of `; Max-Age=34560000`.
const LONGEST_MAX_AGE: usize = 18;
