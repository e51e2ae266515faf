//! The incoming part: the cookies of a request and the time of its first touch.

use std::ops::Range;

use http::HeaderValue;
use smallvec::SmallVec;

use super::settings::{CookieUse, Former, Settings};
use crate::cookie;
use crate::token::{KeyId, Opened, RecordId, Unopened};
use crate::{Refusal, RefusalClass, Timestamp};

/// Everything that is known of a request before any of it is opened.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub(crate) settings: &'a Settings,
    /// The `Cookie` fields: nearly always one.
    pub(crate) cookies: &'a SmallVec<[HeaderValue; 1]>,
    /// The time of the first touch.
    pub(crate) came: Timestamp,
}

/// An accepted token, and the data in it.
#[derive(Clone)]
pub(crate) struct Accepted<C> {
    pub(crate) claims: C,
    pub(crate) sealed_at: Timestamp,
    pub(crate) key_id: KeyId,
    /// Octets of the cookie's name and value.
    pub(crate) octets: usize,
    /// All bytes, and the part of them that is the data.
    pub(crate) bytes: (Vec<u8>, Range<usize>),
    /// The record that it was read from, if the cookie is a pointer.
    pub(crate) row: Option<Box<Row>>,
}

/// A record in the store, and the pointer to it.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) id: RecordId,
    /// The time at which the pointer was sealed.
    pub(crate) pointed_at: Timestamp,
    /// True if the pointer is in the guest's cookie.
    pub(crate) is_under_guests: bool,
    /// Bytes of the record.
    pub(crate) octets: usize,
}

impl<C> Accepted<C> {
    /// The token that was opened; its data begins at `start`, after the claims.
    pub(crate) fn new(opened: Opened, claims: C, start: usize, octets: usize) -> Self {
        let (sealed_at, key_id) = (opened.sealed_at(), opened.key_id());
        let (bytes, plain) = opened.into_bytes();
        let bytes = (bytes, plain.start + start..plain.end);
        Self { claims, sealed_at, key_id, octets, bytes, row: None }
    }

    /// The bytes after the claims.
    pub(crate) fn data(&self) -> &[u8] {
        self.bytes.0.get(self.bytes.1.clone()).unwrap_or_default()
    }

    /// The record that it was read from.
    pub(crate) fn row_id(&self) -> Option<RecordId> {
        self.row.as_deref().map(|row| row.id)
    }

    /// True if it was read from a record to which the guest's cookie points.
    pub(crate) fn is_under_guests(&self) -> bool {
        self.row.as_deref().is_some_and(|row| row.is_under_guests)
    }
}

/// The result for one cookie name: nothing, a refusal, or one accepted token.
pub(crate) type Incoming<C> = Result<Option<Accepted<C>>, Refusal>;

impl<'a> Request<'a> {
    fn fields(self) -> impl Iterator<Item = &'a [u8]> {
        self.cookies.iter().map(HeaderValue::as_bytes)
    }

    /// The octets of name and value of everything that came under the cookie's name, or its former one.
    pub(crate) fn octets(self, to: &CookieUse) -> usize {
        let octets = |name: &str| -> usize {
            cookie::values(self.fields(), name.as_bytes()).map(|value| name.len() + value.len()).sum()
        };
        octets(to.name()) + to.former.as_ref().map_or(0, |former| octets(former.to.name()))
    }

    /// True if the browser sent anything under the cookie's name, or its former one.
    pub(crate) fn brings(self, to: &CookieUse) -> bool {
        self.brings_now(to) || self.former(to).is_some()
    }

    fn brings_now(self, to: &CookieUse) -> bool {
        cookie::values(self.fields(), to.name().as_bytes()).next().is_some()
    }

    /// The cookie's former name, if the browser sent anything under it.
    pub(crate) fn former(self, to: &CookieUse) -> Option<&Former> {
        to.former.as_deref().filter(|former| self.brings_now(&former.to))
    }

    /// The octets of the fields, including the cookies of others.
    pub(crate) fn all_octets(self) -> usize {
        self.cookies.iter().map(HeaderValue::len).sum()
    }

    /// Opens each different value under the cookie's name once. `check` returns its claims and the start of its data, and `keep`
    /// takes an accepted token.
    ///
    /// # Errors
    /// A refusal; an unsettled one takes precedence, because a token that may yet be accepted decides what a write may do. A
    /// conflict ends the search at once.
    pub(crate) fn open<C>(
        self,
        from: &CookieUse,
        check: impl Fn(Self, &Opened, Option<Timestamp>) -> Result<(C, usize), Refusal>,
        mut keep: impl FnMut(Accepted<C>) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        self.open_each(from, |opened, cut_off, octets| {
            let (claims, start) = check(self, &opened, cut_off)?;
            keep(Accepted::new(opened, claims, start, octets))
        })
    }

    /// Like [`open`](Self::open); `take` gets the opened token, the ring's cut-off, and the octets of name and value.
    pub(crate) fn open_each(
        self,
        from: &CookieUse,
        take: impl FnMut(Opened, Option<Timestamp>, usize) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        // Until its last day, the former name replaces the name if nothing came under that.
        let former = self.former(from).filter(|it| self.came < it.until && !self.brings_now(from));
        let from = former.map_or(from, |former| &*former.to);
        // One event, however many were refused: for the refusal that decides.
        self.open_all(from, take).inspect_err(|&refusal| self.settings.refused(from, refusal))
    }

    fn open_all(
        self,
        from: &CookieUse,
        mut take: impl FnMut(Opened, Option<Timestamp>, usize) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let candidates = cookie::candidates(self.fields(), from.name().as_bytes())?;
        let mut refused: Result<(), Refusal> = Ok(());
        for text in candidates.as_slice() {
            let opened = self
                .open_one(from, text)
                .and_then(|(opened, cut_off)| take(opened, cut_off, from.name().len() + text.len()));
            match opened {
                Ok(()) => {}
                Err(Refusal::Conflict) => return opened,
                Err(_) if refused.err().is_none_or(|earlier| earlier.class() == RefusalClass::Dead) => {
                    refused = opened;
                }
                Err(_) => {}
            }
        }
        refused
    }

    /// Opens one value, with at most one AEAD call.
    fn open_one(self, from: &CookieUse, text: &[u8]) -> Result<(Opened, Option<Timestamp>), Refusal> {
        let token = Unopened::parse(text)?;
        self.settings.keyring.open_of_any_clock(token, &from.aad, self.came)
    }

    /// Checks the sealing node's clock, which may be ahead by the allowed skew and no more.
    pub(crate) fn check_clock(self, opened: &Opened) -> Result<(), Refusal> {
        opened.check_clock(self.came)
    }
}

/// Refuses sessions older than the ring's cut-off for stolen sessions.
pub(crate) fn check_cut_off(at: Timestamp, cut_off: Option<Timestamp>) -> Result<(), Refusal> {
    if cut_off.is_some_and(|cut| at < cut) { Err(Refusal::SessionsDead) } else { Ok(()) }
}

/// True if a write must not replace the cookie: it may be accepted later or elsewhere, or it is not known which one counts.
pub(crate) fn blocks(refusal: Refusal) -> bool {
    refusal.class() == RefusalClass::Unsettled || refusal == Refusal::TooManyCookies
}
