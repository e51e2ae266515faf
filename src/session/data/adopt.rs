//! A guest's data on its way to the person who signs in.

use super::live::cannot_write;
use super::live::{AnyLive, Origin, Source};
use super::slot::{Adopted, RowAs, Slot};
use super::who::Who;
use crate::session::SessionError;
use crate::session::draft::Draft;
use crate::session::identity::adoption::Adoption;
use crate::session::identity::state::Guests;
use crate::session::plan::Plan;
use crate::session::request::{Accepted, blocks};
use crate::session::settings::{Event, Unread};
use crate::shape::Sizes;
use crate::token::{DataClaims, PersonId};
use crate::{Refusal, Timestamp};

/// A guest's change on its way to a person.
pub(crate) struct Pending {
    version: u16,
    bytes: Vec<u8>,
    sizes: Sizes,
}

impl Slot {
    /// True if somebody signed in or out since the parked session was opened.
    pub(crate) fn is_left(&self, who: &Who<'_>) -> bool {
        self.parked.as_ref().is_some_and(|live| !who.is_still_there(live.origin()))
    }

    /// Settles the parked session, which was [left](Self::is_left) by a sign-in or sign-out of this request.
    pub(crate) fn turn(&mut self, who: &Who<'_>, report: &mut Adoption) {
        if let Some(live) = self.parked.take() {
            self.leave(&*live, who, report).unwrap_or_else(|error| self.drop_change(&error, who));
        }
    }

    /// Lets go of a session that was opened before a sign-in or sign-out: a guest's change is adopted with the rest.
    ///
    /// # Errors
    /// [`SessionError::Ended`] for any other change, and where the person has data of their own; an unsettled refusal
    /// of theirs. The change is lost.
    pub(super) fn leave(
        &mut self,
        live: &dyn AnyLive,
        who: &Who<'_>,
        report: &mut Adoption,
    ) -> Result<(), SessionError> {
        let Some(change) = self.pending(live, who)? else { return Ok(()) };
        let adopts = who.owner().is_some_and(|person| who.guests() == Guests::Adopted(person));
        match live.origin().refused() {
            Some(refusal) if blocks(refusal) => Err(SessionError::Unsettled(refusal)),
            _ if adopts && live.origin().owner.is_none() => self.adopt(Some(change), who, report),
            _ => Err(SessionError::Ended),
        }
    }

    /// The change of a session, in the version that data is sealed in.
    fn pending(&self, live: &dyn AnyLive, who: &Who<'_>) -> Result<Option<Pending>, SessionError> {
        if !live.origin().is_borrowed() {
            return Ok(None);
        }
        let Some(draft) = self.changed(live, who, who.request.came)? else { return Ok(None) };
        let version = who.data.version;
        let bytes = match version == live.version() {
            true => draft.data().to_vec(),
            false => live.write(version).ok_or_else(|| cannot_write(live, version))?,
        };
        Ok(Some(Pending { version, bytes, sizes: live.sizes() }))
    }

    /// The adoption, by a sign-in of this request, for the person who is there now; none once a sign-out ended it.
    pub(super) fn adopted_for(&self, who: &Who<'_>) -> Option<&Adopted> {
        let person = who.owner().filter(|person| !who.identity.signed_out(*person))?;
        self.adopted.as_deref().filter(|it| it.claims.owner == Some(person))
    }

    /// Forgets the adoptions of people whom this request replaced or signed out; changes in them are dropped.
    pub(crate) fn forget_adopted(&mut self, who: &Who<'_>) {
        if self.adopted.take().is_some_and(|it| it.change.is_some()) {
            self.drop_change(&SessionError::Ended, who);
        }
    }

    pub(crate) fn drop_change(&self, error: &SessionError, who: &Who<'_>) {
        let cookie = who.data.guest.name().into();
        who.request.settings.event(&Event::ChangeDropped { cookie, error: error.event_text() });
    }

    /// Makes a guest's data the data of the person who has just signed in: the change, or else the data from before it.
    ///
    /// # Errors
    /// Those of a change that is lost: the person has data of their own that cannot be read yet, or that does not merge.
    pub(crate) fn adopt(
        &mut self,
        change: Option<Pending>,
        who: &Who<'_>,
        report: &mut Adoption,
    ) -> Result<(), SessionError> {
        let Some(person) = who.owner() else { return Ok(()) };
        if change.is_none() && self.adopted.is_some() {
            return Ok(());
        }
        let Some(guests) = self.guests_data(change, who) else { return Ok(()) };
        let name = who.data.guest.name().into();
        let lost = |error| if guests.change.is_some() { Err(error) } else { Ok(()) };
        let adopted = match self.join(person, &guests, who) {
            Joined::Alone => {
                report.adopted.push(name);
                Adopted { claims: DataClaims { owner: Some(person), ..guests.claims }, ..guests }
            }
            Joined::Merged(claims, at, bytes, hers) => {
                report.merged.push(name);
                let generation = claims.generation.max(guests.claims.generation);
                let claims = DataClaims { version: who.data.version, generation, ..claims };
                let row = hers.or(guests.row);
                Adopted { claims, sealed_at: at.max(guests.sealed_at), bytes, row, change: guests.change }
            }
            Joined::Not => {
                report.removed.push(name);
                self.is_guest_gone = true;
                self.adopted = None;
                return lost(SessionError::Ended);
            }
            Joined::Later(refusal) => return lost(SessionError::Unsettled(refusal)),
        };
        self.adopted = Some(Box::new(adopted));
        Ok(())
    }

    /// A guest's data: the change, or the saved data, or the data that the request brought. With it come the claims and the time
    /// of its token.
    fn guests_data(&mut self, change: Option<Pending>, who: &Who<'_>) -> Option<Adopted> {
        self.read_guest(who);
        let saved = self.saved.as_deref().map(|(.., token)| token).filter(|it| it.claims.owner.is_none());
        let token = saved.or(self.guest.of(None)).filter(|_| !self.is_guest_gone);
        let found = || token.map(|token| (token.claims.version, token.data().to_vec(), None));
        let (version, bytes, change) =
            change.map(|it| (it.version, it.bytes, Some(it.sizes))).or_else(found)?;
        let fresh = DataClaims { started_at: who.request.came, owner: None, generation: 0, version };
        let claims = DataClaims { version, ..token.map_or(fresh, |token| token.claims) };
        let sealed_at = token.map(|token| token.sealed_at).unwrap_or_default();
        let row = token.and_then(row_of);
        Some(Adopted { claims, sealed_at, bytes, row, change })
    }

    /// Joins a guest's data with the person's own.
    fn join(&mut self, person: PersonId, guests: &Adopted, who: &Who<'_>) -> Joined {
        match self.own(person, who) {
            Ok(true) => {}
            Err(refusal) if blocks(refusal) => return Joined::Later(refusal),
            _ => return Joined::Alone,
        }
        let Some(hers) = self.own.of(Some(person)) else { return Joined::Alone };
        let data = [(hers.claims.version, hers.data()), (guests.claims.version, guests.bytes.as_slice())];
        let merged = (who.data.merge)(who.data.print, data, who.data.version);
        match merged.map_err(|unread| unread.map(|refusal| who.data.judge(refusal))) {
            Ok(Some(bytes)) => Joined::Merged(hers.claims, hers.sealed_at, bytes, row_of(hers)),
            Ok(None) => Joined::Not,
            Err(Unread::Guests(refusal)) => Joined::Later(refusal),
            Err(Unread::Hers(refusal)) if blocks(refusal) => Joined::Later(refusal),
            Err(Unread::Hers(refusal)) => {
                self.own.refuse(Some(person), refusal);
                Joined::Alone
            }
        }
    }

    /// The draft of an adoption that contains a change of this request.
    ///
    /// # Errors
    /// [`SessionError::DoesNotFit`].
    pub(super) fn adopted_change(
        &self,
        who: &Who<'_>,
        goes: Timestamp,
    ) -> Result<Option<Draft>, SessionError> {
        let Some(sizes) = self.adopted_for(who).and_then(|it| it.change.clone()) else { return Ok(None) };
        let Some(draft) = self.adopted_draft(who, goes) else { return Ok(None) };
        self.placed(draft, who, None, || sizes.clone()).map(Some)
    }

    /// The draft of data that a sign-in adopted and that nothing changed since; none if it does not fit.
    pub(crate) fn adoption(&self, who: &Who<'_>, goes: Timestamp) -> Option<Result<Draft, SessionError>> {
        self.adopted_draft(who, goes).map(|draft| self.placed(draft, who, None, Vec::new))
    }

    fn adopted_draft(&self, who: &Who<'_>, goes: Timestamp) -> Option<Draft> {
        let Adopted { claims, bytes, .. } = self.adopted_for(who)?;
        let origin = Origin::new(Source::Adopted, claims.owner, who.era);
        Some(self.written(&origin, claims.version, bytes, who, goes))
    }

    /// Plans a write: the person's cookie is set, and the guest's cookie beside it is removed.
    pub(crate) fn take_over(&self, draft: Draft, who: &Who<'_>, plan: &mut Plan) {
        let row = draft.stored_in();
        plan.set(draft);
        let guest = &who.data.guest;
        if who.owner().is_some() {
            self.remove_rows(true, &[], row, plan);
        }
        if who.owner().is_some() && who.request.brings(guest) && plan.step_of(guest).is_none() {
            plan.remove(guest);
        }
    }

    /// Leaves a guest's data, for which the response has no room, to the person's next write. If the person has data of their
    /// own, it is removed.
    pub(crate) fn leave_guest(&self, who: &Who<'_>, plan: &mut Plan) {
        if self.own.of(who.owner()).is_some() && who.request.brings(&who.data.guest) {
            plan.remove(&who.data.guest);
            who.request.settings.event(&Event::GuestRemoved { cookie: who.data.guest.name().into() });
        }
    }
}

impl Adopted {
    /// Continues from the data that another request wrote into the row meanwhile.
    pub(super) fn goes_on_from(&mut self, newest: &Accepted<DataClaims>) {
        self.row = row_of(newest);
        self.sealed_at = self.sealed_at.max(newest.sealed_at);
        self.claims.generation = self.claims.generation.max(newest.claims.generation);
    }
}

fn row_of(token: &Accepted<DataClaims>) -> Option<RowAs> {
    token.row.as_deref().map(|row| (row.clone(), token.claims.generation, token.claims.owner))
}

/// A guest's data beside the person's.
enum Joined {
    /// The person has none.
    Alone,
    /// Both merged, with the claims, the time and the row of the person's data.
    Merged(DataClaims, Timestamp, Vec<u8>, Option<RowAs>),
    /// The person's data counts.
    Not,
    /// One of the two cannot be read yet: both stay.
    Later(Refusal),
}
