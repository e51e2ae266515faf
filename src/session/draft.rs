//! One cookie of a response before it is sealed.

use std::sync::Arc;

use http::HeaderValue;

use super::SessionError;
use super::error::DoesNotFit;
use super::settings::{CookieUse, Settings};
use crate::Timestamp;
use crate::keyring::Keyring;
use crate::shape::Sizes;
use crate::token::{DataClaims, KeyId, Padding, Plaintext, RecordId, SealError, Sealed, Sealing};

/// A plaintext and its cookie.
pub(crate) struct Draft {
    pub(super) to: Arc<CookieUse>,
    plain: Plaintext,
    claims_len: usize,
    /// The time of the response, for which a key is chosen.
    goes: Timestamp,
    pub(crate) sealed_at: Timestamp,
    /// The time until which the browser keeps the cookie, whatever its own `Max-Age`.
    kept_until: Option<Timestamp>,
    /// True if there is no room for padding beside the browser's other cookies.
    pub(crate) is_tight: bool,
    /// The part that goes to the store, unless the data is in its cookie.
    pub(crate) home: Option<Box<Home>>,
}

/// A draft as its row has it.
pub(crate) struct Home {
    pub(crate) claims: DataClaims,
    /// The row and its version, if there is one.
    pub(crate) row: Option<(RecordId, u32)>,
    /// True if the data should have been in its cookie, and does not fit.
    pub(super) spills: bool,
    /// Seconds that the row has to live after this write.
    pub(crate) lifetime: u64,
    /// The cookie that a pointer to the row goes into.
    pub(crate) pointer: Pointing,
    /// The row that is written: then the cookie holds no data.
    pub(super) stored: Option<Stored>,
    pub(super) tag: &'static str,
}

/// A row, and the pointer that goes out with it.
pub(super) struct Stored {
    pub(super) id: RecordId,
    pub(super) pointer: Option<Draft>,
}

/// The cookie of a pointer, and the time of the pointer that it replaces.
pub(crate) struct Pointing {
    pub(crate) to: Arc<CookieUse>,
    pub(crate) replaces: Option<Timestamp>,
    /// True if the pointer is sent although the browser has one.
    pub(crate) is_due: bool,
}

impl Draft {
    /// The draft of claims; data may follow.
    ///
    /// `sealed_at` never falls: it is the time of the response, or that of the token which this one replaces, whichever is later.
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
            home: None,
        }
    }

    pub(crate) fn kept_until(self, kept_until: Option<Timestamp>) -> Self {
        Self { kept_until, ..self }
    }

    /// True if the data goes to the store.
    pub(crate) fn is_stored(&self) -> bool {
        self.home.as_deref().is_some_and(|home| home.stored.is_some())
    }

    /// The draft of the cookie that goes out: this one, or a pointer if one is due.
    fn cookie(&self) -> Option<&Self> {
        match self.home.as_deref().and_then(|home| home.stored.as_ref()) {
            None => Some(self),
            Some(stored) => stored.pointer.as_ref(),
        }
    }

    /// The cookie that goes out.
    pub(super) fn sent_to(&self) -> Option<&Arc<CookieUse>> {
        self.cookie().map(|cookie| &cookie.to)
    }

    pub(crate) fn at_home(self, home: Option<Box<Home>>) -> Self {
        Self { home, ..self }
    }

    /// Lets `write` append the data. If it fails, the bytes that it wrote are dropped.
    pub(crate) fn append<E>(&mut self, write: impl FnOnce(&mut Plaintext) -> Result<(), E>) -> Result<(), E> {
        write(&mut self.plain).inspect_err(|_| self.plain.truncate(self.claims_len))
    }

    /// Lets `write` append data; it cannot fail.
    pub(crate) fn write(&mut self, write: impl FnOnce(&mut Plaintext)) {
        write(&mut self.plain);
    }

    /// The bytes after the claims.
    pub(crate) fn data(&self) -> &[u8] {
        self.plain.tail(self.claims_len)
    }

    pub(super) fn claims(&self) -> Option<DataClaims> {
        DataClaims::read(self.sealed_at, self.plain.tail(0)).ok().map(|(claims, _)| claims)
    }

    pub(super) const fn goes(&self) -> Timestamp {
        self.goes
    }

    pub(super) fn into_plain(self) -> Plaintext {
        self.plain
    }

    /// Octets of the field beside the cookie's name and value, at most.
    pub(super) fn attributes_len(&self) -> usize {
        let Some(cookie) = self.cookie() else { return 0 };
        cookie.to.cookie.attributes_len() + self.kept_until.map_or(0, |_| LONGEST_MAX_AGE)
    }

    /// Octets of the cookie's name and value, without padding.
    pub(crate) fn octets(&self) -> usize {
        self.cookie().map_or(0, |it| it.to.name().len() + Sealed::unpadded_len(it.plain.len()))
    }

    /// Bytes of plaintext that fit into a cookie of so many octets, name included.
    pub(crate) fn room(to: &CookieUse, octets: usize) -> usize {
        let fits = |len: &usize| to.name().len() + Sealed::unpadded_len(*len) <= octets;
        (0..=octets).rev().find(fits).unwrap_or_default()
    }

    /// Refuses a draft that would not fit even without padding, before anything is sealed.
    ///
    /// `longest` is the name and the length of the claims beside which the data must fit, if longer ones may come.
    pub(crate) fn check(
        &self,
        settings: &Settings,
        longest: Option<(&CookieUse, usize)>,
        sizes: impl FnOnce() -> Sizes,
    ) -> Result<(), SessionError> {
        if self.is_stored() {
            let (bytes, limit) = (self.plain.len(), settings.record_limit);
            let error = |sizes| DoesNotFit::new(self.to.name(), bytes, limit, sizes).into();
            return if bytes <= limit { Ok(()) } else { Err(error(sizes())) };
        }
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
