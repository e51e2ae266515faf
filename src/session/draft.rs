//! Cookies on their way out: drafts are sealed together, so that one call fetches the randomness of all.

use http::HeaderValue;

use super::data;
use super::error::DoesNotFit;
use super::few::Few;
use super::fields;
use super::incoming::{Accepted, Facts};
use super::settings::{CookieUse, DataUse, RANDOM_BATCH, Settings};
use super::{SessionData, SessionError};
use crate::Timestamp;
use crate::cookie::Cookie;
use crate::token::{DataClaims, Plaintext, Sealed, Sealing};

/// A plaintext and its cookie.
pub(crate) struct Draft<'s> {
    sealed: &'s CookieUse,
    pub(crate) plain: Plaintext,
    pub(crate) claims_len: usize,
    pub(crate) sealed_at: Timestamp,
    expires_at: Option<Timestamp>,
    is_owned: bool,
}

impl<'s> Draft<'s> {
    pub(crate) fn new(
        sealed: &'s CookieUse,
        plain: Plaintext,
        claims_len: usize,
        sealed_at: Timestamp,
    ) -> Self {
        Self { sealed, plain, claims_len, sealed_at, expires_at: None, is_owned: false }
    }

    /// Keeps the cookie in the browser until then, whatever the layer's `Max-Age`.
    pub(crate) fn until(self, expires_at: Option<Timestamp>) -> Self {
        Self { expires_at, ..self }
    }

    /// The draft of a typed session's next token, not yet checked for its size.
    pub(crate) fn of<T: SessionData>(
        settings: &Settings,
        to: &'s DataUse,
        value: &T,
        hint: usize,
        before: Option<&Accepted<DataClaims>>,
        owner: Option<&Facts>,
    ) -> Result<Self, SessionError> {
        let mut draft = Self::start(settings, to, T::VERSION, hint, before, owner);
        data::encode(value, hint, &mut draft.plain).map_err(|error| match error {
            postcard::Error::SerializeBufferFull => {
                let chars = Sealed::unpadded_len(draft.len_for_good() + fields::size(value));
                draft.does_not_fit(settings, chars, fields::sizes(value))
            }
            error => SessionError::NotEncodable(error.to_string()),
        })?;
        Ok(draft)
    }

    /// The draft of an untouched token under a new owner: the same data in the same version.
    pub(crate) fn rewrite(
        settings: &Settings,
        to: &'s DataUse,
        before: &Accepted<DataClaims>,
        owner: Option<&Facts>,
    ) -> Result<Self, SessionError> {
        let draft = Self::written(settings, to, before.claims.version, before.data(), Some(before), owner);
        draft.check(settings, Vec::new)?;
        Ok(draft)
    }

    /// The draft of data that is written down already, not yet checked for its size.
    pub(crate) fn written(
        settings: &Settings,
        to: &'s DataUse,
        version: u16,
        bytes: &[u8],
        before: Option<&Accepted<DataClaims>>,
        owner: Option<&Facts>,
    ) -> Self {
        let mut draft = Self::start(settings, to, version, bytes.len(), before, owner);
        draft.plain.extend(bytes);
        draft
    }

    fn start(
        settings: &Settings,
        to: &'s DataUse,
        version: u16,
        hint: usize,
        before: Option<&Accepted<DataClaims>>,
        owner: Option<&Facts>,
    ) -> Self {
        let now = settings.clock.now();
        let sealed_at = before.map_or(now, |before| before.opened.sealed_at().max(now));
        let started_at = before.map_or(now, |before| before.claims.started_at);
        let claims = DataClaims {
            // Adopted data lives as long as its owner's session.
            started_at: owner.map_or(started_at, |owner| started_at.max(owner.started_at)),
            owner: owner.map(|owner| owner.session_id),
            generation: before.map_or(1, |before| before.claims.generation.saturating_add(1)),
            version,
        };
        let mut plain = Plaintext::with_capacity(MAX_CLAIMS + hint);
        claims.write(sealed_at, &mut plain);
        let claims_len = plain.len();
        let draft = Self::new(&to.sealed, plain, claims_len, sealed_at);
        Self { expires_at: owner.and_then(|it| it.expires_at), is_owned: owner.is_some(), ..draft }
    }

    /// Refuses a draft that would not fit even without padding, before anything is sealed.
    pub(crate) fn check(
        &self,
        settings: &Settings,
        sizes: impl FnOnce() -> Vec<(String, usize)>,
    ) -> Result<(), SessionError> {
        self.check_len(settings, self.plain.len(), sizes)
    }

    /// Like [`check`](Self::check), but owned data is counted with the longest claims there are: a draft that fits
    /// today still fits when its owner is renewed in a month.
    pub(crate) fn check_for_good(
        &self,
        settings: &Settings,
        sizes: impl FnOnce() -> Vec<(String, usize)>,
    ) -> Result<(), SessionError> {
        self.check_len(settings, self.len_for_good(), sizes)
    }

    fn len_for_good(&self) -> usize {
        let claims_len = if self.is_owned { MAX_CLAIMS } else { self.claims_len };
        self.data().len() + claims_len
    }

    fn check_len(
        &self,
        settings: &Settings,
        len: usize,
        sizes: impl FnOnce() -> Vec<(String, usize)>,
    ) -> Result<(), SessionError> {
        let chars = Sealed::unpadded_len(len);
        if chars <= self.value_limit(settings) {
            Ok(())
        } else {
            Err(self.does_not_fit(settings, chars, sizes()))
        }
    }

    fn does_not_fit(
        &self,
        settings: &Settings,
        chars: usize,
        mut fields: Vec<(String, usize)>,
    ) -> SessionError {
        fields.sort_by(|(_, a), (_, b)| b.cmp(a));
        let cookie = self.sealed.cookie.name();
        SessionError::DoesNotFit(Box::new(DoesNotFit {
            cookie: cookie.into(),
            octets: cookie.len() + chars,
            limit: settings.budget.octets(),
            fields,
        }))
    }

    fn value_limit(&self, settings: &Settings) -> usize {
        settings.budget.value_limit(self.sealed.cookie.name())
    }

    /// The bytes after the claims.
    pub(crate) fn data(&self) -> &[u8] {
        self.plain.tail(self.claims_len)
    }

    pub(crate) fn seal(
        self,
        settings: &Settings,
        random: [u8; Sealing::RANDOM_LEN],
    ) -> Result<HeaderValue, SessionError> {
        let limit = self.value_limit(settings);
        let now = settings.clock.now();
        let CookieUse { cookie, aad } = self.sealed;
        let sealing = Sealing { sealed_at: self.sealed_at, random, padding: settings.padding, limit };
        let token = settings.keyring.with(|ring| ring.seal(self.plain, aad, now, &sealing))?;
        let max_age = self.expires_at.map(|at| now.until(at).max(1));
        field(cookie, Some((&token, max_age)))
    }
}

/// The cookies that one response sends, in order.
#[derive(Default)]
pub(crate) struct Outgoing<'s>(Few<Step<'s>>);

enum Step<'s> {
    Seal(Draft<'s>),
    Ready(HeaderValue),
}

impl<'s> Outgoing<'s> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn push(&mut self, draft: Draft<'s>) {
        self.0.push(Step::Seal(draft));
    }

    pub(crate) fn ready(&mut self, field: HeaderValue) {
        self.0.push(Step::Ready(field));
    }

    pub(crate) fn remove(&mut self, cookie: &Cookie) -> Result<(), SessionError> {
        self.ready(field(cookie, None)?);
        Ok(())
    }

    pub(crate) fn seal(self, settings: &Settings) -> Result<Few<HeaderValue>, SessionError> {
        let mut left = self.0.iter().filter(|step| matches!(step, Step::Seal(_))).count();
        let mut pool = [0; RANDOM_BATCH];
        let mut random: &[[u8; Sealing::RANDOM_LEN]] = &[];
        let mut fields = Few::default();
        for step in self.0 {
            let draft = match step {
                Step::Ready(field) => {
                    fields.push(field);
                    continue;
                }
                Step::Seal(draft) => draft,
            };
            if random.is_empty() {
                let wanted = pool
                    .get_mut(..left.min(RANDOM_BATCH / Sealing::RANDOM_LEN) * Sealing::RANDOM_LEN)
                    .unwrap_or_default();
                settings.entropy.fill(wanted).map_err(|_| SessionError::NoEntropy)?;
                left = left.saturating_sub(RANDOM_BATCH / Sealing::RANDOM_LEN);
                random = wanted.as_chunks().0;
            }
            let (&bytes, rest) = random.split_first().ok_or(SessionError::NoEntropy)?;
            random = rest;
            fields.push(draft.seal(settings, bytes)?);
        }
        Ok(fields)
    }
}

fn field(cookie: &Cookie, token: Option<(&Sealed, Option<u64>)>) -> Result<HeaderValue, SessionError> {
    cookie.field(token).map_err(|error| SessionError::NotEncodable(error.to_string()))
}

/// No data claims are longer: a time of five bytes, flag and owner, a generation of five and a version of three.
const MAX_CLAIMS: usize = 5 + 17 + 5 + 3;
