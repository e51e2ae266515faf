//! Whose data a session sees.

use super::live::Origin;
use crate::Refusal;
use crate::session::identity::state::{Guests, IdentityState};
use crate::session::request::Request;
use crate::session::settings::DataUse;
use crate::token::PersonId;

/// The request, and who is there, as one type's session sees it.
#[derive(Clone, Copy)]
pub(crate) struct Who<'a> {
    pub(crate) request: Request<'a>,
    pub(crate) data: &'a DataUse,
    pub(crate) identity: &'a IdentityState,
    /// The person signed in; an unsettled refusal if that is open.
    pub(crate) person: Result<Option<PersonId>, Refusal>,
    /// The era in which this session is seen: a person's changes with each verb of the identity, the browser's with
    /// `clear_all` alone.
    pub(crate) era: u32,
}

impl<'a> Who<'a> {
    /// Nobody is ever signed in for a session of the browser.
    pub(crate) fn of(request: Request<'a>, data: &'a DataUse, identity: &'a IdentityState, era: u32) -> Self {
        let person = if data.own.is_some() { identity.who() } else { Ok(None) };
        Self { request, data, identity, person, era }
    }

    /// Whose data is read and written.
    pub(crate) fn owner(&self) -> Option<PersonId> {
        self.person.unwrap_or(None)
    }

    /// True if nobody signed in or out since a session was opened, or the same person came back. What they were only
    /// shown of a guest's is not theirs any more then, and what was refused may have been given up.
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
