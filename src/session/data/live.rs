//! A session's data between its cookie and its next one.

use std::any::Any;
use std::sync::Arc;

use super::{SessionData, decode, encode, to_bytes};
use crate::Refusal;
use crate::session::SessionError;
use crate::session::error::short_name;
use crate::shape::{self, Sizes};
use crate::token::{PersonId, Plaintext};

/// A session's data, and where it came from.
#[derive(Clone)]
pub(crate) struct Live<T> {
    pub(crate) data: T,
    pub(crate) origin: Origin,
}

/// The source of a session's data, and its bytes before its first mutable borrow.
#[derive(Clone)]
pub(crate) struct Origin {
    pub(crate) source: Source,
    /// The owner: whoever was signed in when it was opened.
    pub(crate) owner: Option<PersonId>,
    /// The number of sign-ins and sign-outs in this request before it was opened.
    pub(crate) era: u32,
    before: Before,
}

/// The place of a session's data before this request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Source {
    /// Nowhere: there was no data that its owner may see.
    Fresh,
    Refused(Refusal),
    /// A guest's cookie.
    Guest,
    /// A person's cookie.
    Own,
    /// A guest's data that a sign-in in this request gave to a person.
    Adopted,
    /// A `save` in this request.
    Saved,
    /// In a record that another request has since written or removed, and with which a `save` could not merge it.
    Overtaken,
}

/// The data's bytes before its first mutable borrow.
#[derive(Clone)]
enum Before {
    NotBorrowed,
    AsFound,
    Bytes(Vec<u8>),
}

impl Origin {
    pub(crate) const fn new(source: Source, owner: Option<PersonId>, era: u32) -> Self {
        Self { source, owner, era, before: Before::NotBorrowed }
    }

    /// True if the data was ever borrowed mutably.
    pub(crate) const fn is_borrowed(&self) -> bool {
        !matches!(self.before, Before::NotBorrowed)
    }

    /// True if the request brought data that its owner may see.
    pub(crate) const fn is_found(&self) -> bool {
        !matches!(self.source, Source::Fresh | Source::Refused(_))
    }

    /// True if it was a guest's before this request.
    pub(crate) const fn is_guests(&self) -> bool {
        matches!(self.source, Source::Guest | Source::Adopted)
    }

    /// True if the browser has this data in a cookie, or gets it through `save` in this request.
    pub(crate) const fn is_sent(&self) -> bool {
        matches!(self.source, Source::Guest | Source::Own | Source::Saved)
    }

    pub(crate) const fn refused(&self) -> Option<Refusal> {
        match self.source {
            Source::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// The bytes before the first mutable borrow; `found` are those of its token.
    pub(crate) fn before<'b>(&'b self, found: &'b [u8]) -> &'b [u8] {
        match &self.before {
            Before::Bytes(bytes) => bytes,
            Before::AsFound | Before::NotBorrowed => found,
        }
    }
}

impl<T: SessionData> Live<T> {
    /// Remembers the bytes of this instance before its first change: those of its token, if it would encode to the same.
    ///
    /// A `HashMap` keeps its order within one instance, so the comparison is right for unordered types too.
    pub(crate) fn before_change(&mut self, print: [u8; 2], is_as_found: bool) {
        if self.origin.is_borrowed() {
            return;
        }
        self.origin.before = if is_as_found {
            Before::AsFound
        } else {
            // Data that cannot be encoded now is an error when the session is sent.
            Before::Bytes(to_bytes(print, &self.data).unwrap_or_default())
        };
    }
}

impl<T: SessionData> Live<T> {
    /// This change merged with another request's, as a change of the other's data.
    pub(crate) fn merged(&self, print: [u8; 2], base: (u16, &[u8]), theirs: (u16, &[u8])) -> Option<Self> {
        let base = decode::<T>(print, base.0, base.1).ok()?;
        let newest = decode::<T>(print, theirs.0, theirs.1).ok()?;
        let data = T::merge(&base, &self.data, &newest)?;
        let bytes = match theirs.0 == T::VERSION {
            true => theirs.1.to_vec(),
            false => to_bytes(print, &newest).ok()?,
        };
        Some(Self { data, origin: Origin { before: Before::Bytes(bytes), ..self.origin.clone() } })
    }
}

/// A session whose type is not known where the response is decided.
pub(crate) trait AnyLive: Any + Send + Sync {
    fn origin(&self) -> &Origin;

    /// Appends the data in the type's own version.
    fn encode(&self, print: [u8; 2], plain: &mut Plaintext) -> Result<(), postcard::Error>;

    /// The error of data that could not be encoded, with the type's own reason: the encoding keeps none.
    fn not_encoded(&self, error: &postcard::Error) -> SessionError;

    /// The type's own version.
    fn version(&self) -> u16;

    /// The data in any version.
    fn write(&self, version: u16) -> Option<Vec<u8>>;

    /// True if data that was written in this version, print included, is read again.
    fn is_read_back(&self, print: [u8; 2], version: u16, bytes: &[u8]) -> bool;

    /// The type's name without its path.
    fn type_name(&self) -> &'static str;

    /// The bytes of each field.
    fn sizes(&self) -> Sizes;

    /// The session with this change and another request's merged, given the data before both; each with its version.
    fn merge(&self, print: [u8; 2], base: (u16, &[u8]), theirs: (u16, &[u8])) -> Option<Arc<dyn AnyLive>>;
}

impl<T: SessionData> AnyLive for Live<T> {
    fn origin(&self) -> &Origin {
        &self.origin
    }

    fn encode(&self, print: [u8; 2], plain: &mut Plaintext) -> Result<(), postcard::Error> {
        encode(print, &self.data, plain)
    }

    fn not_encoded(&self, error: &postcard::Error) -> SessionError {
        match shape::why_not(&self.data) {
            Some(reason) => SessionError::refused_by_its_type(&reason),
            None => SessionError::NotEncodable(error.to_string()),
        }
    }

    fn version(&self) -> u16 {
        T::VERSION
    }

    fn write(&self, version: u16) -> Option<Vec<u8>> {
        self.data.write(version)
    }

    fn is_read_back(&self, print: [u8; 2], version: u16, bytes: &[u8]) -> bool {
        match bytes.split_first_chunk::<2>() {
            Some((_, data)) if version == T::VERSION => shape::is_read_back::<T>(data),
            _ => decode::<T>(print, version, bytes).is_ok(),
        }
    }

    fn type_name(&self) -> &'static str {
        short_name::<T>()
    }

    fn sizes(&self) -> Sizes {
        shape::sizes(&self.data)
    }

    fn merge(&self, print: [u8; 2], base: (u16, &[u8]), theirs: (u16, &[u8])) -> Option<Arc<dyn AnyLive>> {
        self.merged(print, base, theirs).map(|live| Arc::new(live) as Arc<dyn AnyLive>)
    }
}

pub(super) fn cannot_write(live: &dyn AnyLive, version: u16) -> SessionError {
    let name = live.type_name();
    SessionError::NotEncodable(format!("{name} of version {} has no version {version}", live.version()))
}
