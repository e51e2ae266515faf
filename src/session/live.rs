//! A session's data between its cookie and its next one.

use http::HeaderValue;

use super::draft::{Draft, Outgoing};
use super::error::short_name;
use super::identity_state::{IdentityState, Tie};
use super::incoming::Accepted;
use super::owner::Owner;
use super::settings::DataUse;
use super::{SessionData, SessionError, data, fields};
use crate::token::DataClaims;
use crate::{Refusal, RefusalClass};

/// A session's data, its origin, and its bytes before its first mutable borrow.
#[derive(Clone)]
pub(crate) struct Live<T> {
    pub(crate) data: T,
    pub(crate) origin: Origin,
    before: Before,
}

/// The request's cookie, as it was found.
#[derive(Clone)]
pub(crate) enum Origin {
    /// There was none, or it was another owner's.
    Absent,
    /// It belonged to an identity that this request ended: it goes when the response is sent.
    Ended,
    /// It belongs to an identity that timed out: it stays, unless it is written.
    Lapsed,
    Refused(Refusal),
    Accepted(Accepted<DataClaims>),
}

/// The data's bytes before its first mutable borrow.
#[derive(Clone)]
enum Before {
    NotBorrowed,
    AsOpened,
    Bytes(Vec<u8>),
}

impl<T: SessionData> Live<T> {
    pub(super) fn fresh(origin: Origin) -> Self {
        Self { data: T::default(), origin, before: Before::NotBorrowed }
    }

    pub(crate) fn accepted(&self) -> Option<&Accepted<DataClaims>> {
        match &self.origin {
            Origin::Accepted(accepted) => Some(accepted),
            _ => None,
        }
    }

    pub(crate) fn refused(&self) -> Option<Refusal> {
        match self.origin {
            Origin::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Remembers the bytes of the same instance before it is first changed; returns whether this was the first time.
    ///
    /// A `HashMap` keeps its order within one instance, so an unordered type compares right as well.
    pub(crate) fn before_change(&mut self) -> bool {
        if self.is_borrowed() {
            return false;
        }
        // Data that cannot be encoded now is an error when the session is sent.
        let bytes = data::to_bytes(&self.data, self.hint()).unwrap_or_default();
        self.before = match self.accepted() {
            Some(accepted) if accepted.data() == bytes => Before::AsOpened,
            _ => Before::Bytes(bytes),
        };
        true
    }

    /// True if it was ever borrowed mutably.
    pub(crate) const fn is_borrowed(&self) -> bool {
        !matches!(self.before, Before::NotBorrowed)
    }

    /// Undoes its changes.
    pub(crate) fn undo(&mut self) {
        if !self.is_borrowed() {
            return;
        }
        let opened = self.accepted().and_then(|it| data::decode(it.claims.version, it.data()).ok());
        self.data = opened.unwrap_or_default();
        self.before = Before::NotBorrowed;
    }

    /// The token that a change needs; `None` if the bytes are those before the first mutable borrow.
    ///
    /// # Errors
    /// [`SessionError::Ended`], or one owner's data would be sealed for another.
    pub(crate) fn draft<'s>(
        &self,
        to: &'s DataUse,
        owner: &mut Owner<'_>,
    ) -> Result<Option<Draft<'s>>, SessionError> {
        let before = match &self.before {
            Before::NotBorrowed => return Ok(None),
            Before::AsOpened => self.accepted().map(Accepted::data).unwrap_or_default(),
            Before::Bytes(bytes) => bytes,
        };
        let settings = owner.settings;
        let identity = owner.read();
        if self.is_ended(identity) {
            return Err(SessionError::Ended);
        }
        let facts = identity.current();
        let draft = Draft::of(settings, to, &self.data, self.hint(), self.accepted(), facts)?;
        if draft.data() == before {
            return Ok(None);
        }
        let unsettled = self.refused().filter(|refusal| refusal.class() == RefusalClass::Unsettled);
        if let Some(refusal) = unsettled.or(owner.identity.unsettled()) {
            return Err(SessionError::Unsettled(refusal));
        }
        let draft = match to.write_version {
            None => draft,
            Some(version) => {
                let bytes = self.data.write(version).ok_or_else(|| cannot_write::<T>(version))?;
                Draft::written(settings, to, version, &bytes, self.accepted(), owner.identity.current())
            }
        };
        draft.check_for_good(settings, || fields::sizes(&self.data))?;
        Ok(Some(draft))
    }

    /// Notes a `save`: the next change is compared with the sealed data.
    pub(crate) fn saved(&mut self, accepted: Accepted<DataClaims>) {
        self.origin = Origin::Accepted(accepted);
        self.before = Before::NotBorrowed;
    }

    /// True if it is as if absent, and its owner may have signed in again since it was opened.
    pub(super) fn may_come_back(&self) -> bool {
        matches!(self.origin, Origin::Lapsed) && !self.is_borrowed()
    }

    /// True if this request ended the identity that the data belongs to.
    pub(super) fn is_ended(&self, identity: &IdentityState) -> bool {
        let owner = self.accepted().and_then(|accepted| accepted.claims.owner);
        owner.is_some_and(|id| identity.tie(id).is_over())
    }

    /// An estimate of the data's bytes.
    fn hint(&self) -> usize {
        self.accepted().map_or(0, |accepted| accepted.data().len()) + 32
    }
}

/// Opens the request's cookie.
pub(super) fn open<T: SessionData>(data: &DataUse, owner: &mut Owner<'_>) -> Live<T> {
    let mut absent = Origin::Absent;
    let incoming = owner.data(data, |tie| match tie {
        Tie::Ended => absent = Origin::Ended,
        Tie::Lapsed => absent = Origin::Lapsed,
        Tie::Current | Tie::Follows | Tie::Foreign => {}
    });
    let accepted = match incoming {
        Ok(Some(accepted)) => accepted,
        Ok(None) => return Live::fresh(absent),
        Err(refusal) => return Live::fresh(Origin::Refused(refusal)),
    };
    match data::decode(accepted.claims.version, accepted.data()) {
        Ok(value) => Live { data: value, origin: Origin::Accepted(accepted), before: Before::NotBorrowed },
        Err(refusal) => {
            owner.settings.refused(&data.sealed.cookie, refusal);
            Live::fresh(Origin::Refused(refusal))
        }
    }
}

impl<T: SessionData> Live<T> {
    pub(super) fn decide<'s>(
        &self,
        to: &'s DataUse,
        saved: Option<&HeaderValue>,
        owner: &mut Owner<'_>,
        outgoing: &mut Outgoing<'s>,
    ) -> Result<bool, SessionError> {
        if self.is_ended(owner.identity) {
            outgoing.remove(&to.sealed.cookie)?;
        } else if let Some(draft) = self.draft(to, owner)? {
            outgoing.push(draft);
        } else if let Some(accepted) = self.accepted()
            && accepted.claims.owner.is_some_and(|id| owner.identity.follows(id))
        {
            outgoing.push(Draft::rewrite(owner.settings, to, accepted, owner.identity.current())?);
        } else if matches!(self.origin, Origin::Ended) {
            outgoing.remove(&to.sealed.cookie)?;
        } else if let Some(saved) = saved {
            outgoing.ready(saved.clone());
        } else {
            return Ok(!matches!(self.origin, Origin::Lapsed | Origin::Refused(_)));
        }
        Ok(true)
    }
}

fn cannot_write<T: SessionData>(version: u16) -> SessionError {
    let name = short_name::<T>();
    SessionError::NotEncodable(format!("{name} of version {} has no version {version}", T::VERSION))
}
