//! The owner whose data a session sees.

use super::live::Origin;
use crate::Refusal;
use crate::session::identity::state::{Guests, IdentityState};
use crate::session::request::Request;
use crate::session::settings::DataUse;
use crate::token::PersonId;

/// The request, and the person or guest who is there, as one type's session sees it.
#[derive(Clone, Copy)]
pub(crate) struct Who<'a> {
    pub(crate) request: Request<'a>,
    pub(crate) data: &'a DataUse,
    pub(crate) identity: &'a IdentityState,
    /// The person signed in; an unsettled refusal if that is not known.
    pub(crate) person: Result<Option<PersonId>, Refusal>,
    /// The era in which this session is seen. A person's changes with each verb of the identity, the browser's only with
    /// `clear_all`.
    pub(crate) era: u32,
}

impl<'a> Who<'a> {
    /// The view of one type's session. For a session of the browser, nobody is ever signed in.
    pub(crate) fn of(request: Request<'a>, data: &'a DataUse, identity: &'a IdentityState, era: u32) -> Self {
        let person = if data.own.is_some() { identity.who() } else { Ok(None) };
        Self { request, data, identity, person, era }
    }

    /// The owner whose data is read and written.
    pub(crate) fn owner(&self) -> Option<PersonId> {
        self.person.unwrap_or(None)
    }

    /// True if nobody signed in or out since a session was opened, or if the same person came back. Guest data that was only
    /// shown to them is then no longer theirs, and data that was refused may have been given up.
    pub(super) fn is_still_there(&self, origin: &Origin) -> bool {
        let is_back =
            |person| self.owner() == Some(person) && !self.identity.signed_out_since(person, origin.era);
        let is_theirs = origin.is_borrowed() || !(origin.is_guests() || origin.refused().is_some());
        origin.era == self.era || (is_theirs && origin.owner.is_some_and(is_back))
    }

    pub(super) fn guests(&self) -> Guests {
        if self.data.own.is_some() { self.identity.guests() } else { Guests::Here }
    }
}
