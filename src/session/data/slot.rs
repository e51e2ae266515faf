//! The slot of one type's session in a request: its tokens, and the session while no handler holds it.

use std::any::Any;
use std::sync::Arc;

use http::HeaderValue;

use super::SessionData;
use super::live::{AnyLive, Live, Origin, Source};
use super::sight::{Sight, check_guest};
use super::who::Who;
use crate::session::SessionError;
use crate::session::error::short_name;
use crate::session::identity::adoption::Adoption;
use crate::session::identity::state::Guests;
use crate::session::request::{Accepted, Row, blocks, check_cut_off};
use crate::shape::Sizes;
use crate::store::StoreError;
use crate::token::{DataClaims, PersonId};
use crate::{Refusal, Timestamp};

#[derive(Default)]
pub(crate) struct Slot {
    pub(super) guest: Sight,
    pub(super) own: Sight,
    pub(super) parked: Option<Arc<dyn AnyLive>>,
    is_lent: bool,
    /// True if the handle that is lent out was borrowed mutably.
    pub(crate) is_changed: bool,
    /// The guest's data after a sign-in in this request gave it to somebody.
    pub(super) adopted: Option<Box<Adopted>>,
    /// The cookie that `save()` sealed, unless it wrote a row to which the browser has a pointer; its era, and its content.
    pub(super) saved: Option<Box<Saved>>,
    /// True if a `save` waits for the sign-in that goes out with the response.
    pub(super) is_save_due: bool,
    /// The error of the store that should have given a record.
    pub(super) unreachable: Option<StoreError>,
    /// True if the cookie is removed unless a later change sets it again.
    pub(super) is_guest_gone: bool,
    /// True if a person saw the guest's data as their own.
    pub(super) is_guest_shown: bool,
    pub(super) is_own_gone: bool,
}

/// A row, with its version and its owner.
pub(super) type RowAs = (Row, u32, Option<PersonId>);

pub(super) type Saved = (Option<HeaderValue>, u32, Accepted<DataClaims>);

/// A guest's data after a sign-in in this request gave it to somebody.
pub(crate) struct Adopted {
    pub(super) claims: DataClaims,
    pub(super) sealed_at: Timestamp,
    pub(super) bytes: Vec<u8>,
    /// The row that the data stays in, with its version and its owner there.
    pub(super) row: Option<RowAs>,
    /// The bytes of each field, if it contains a change of this request: such data is sent like any other change.
    pub(super) change: Option<Sizes>,
}

impl Slot {
    /// Lends the session out, or shows it.
    pub(crate) fn take<T: SessionData>(
        &mut self,
        who: &Who<'_>,
        lend: bool,
    ) -> Result<Arc<Live<T>>, SessionError> {
        if self.is_lent {
            return Err(SessionError::AlreadyTaken(short_name::<T>()));
        }
        if self.is_left(who) {
            self.turn(who, &mut Adoption::default());
        }
        let live = match self.parked.take() {
            Some(live) => {
                let live: Arc<dyn Any + Send + Sync> = live;
                live.downcast::<Live<T>>().map_err(|_| SessionError::NotRegistered(short_name::<T>()))?
            }
            None => Arc::new(self.open(who)),
        };
        if let Some(error) = &self.unreachable
            && live.origin.refused() == Some(Refusal::StoreUnavailable)
        {
            return Err(SessionError::StoreUnavailable(error.clone()));
        }
        if lend {
            self.is_lent = true;
        } else {
            self.parked = Some(Arc::<Live<T>>::clone(&live));
        }
        Ok(live)
    }

    /// Takes the session back. After a panic nothing of it is kept, not even saved data.
    pub(crate) fn park(&mut self, live: Arc<dyn AnyLive>) {
        if self.is_lent {
            if std::thread::panicking() {
                self.reset();
            } else {
                self.parked = Some(live);
            }
            self.is_lent = false;
            self.is_changed = false;
        }
    }

    /// Removes the data that the owner sees here, and a guest's beside it. Everything is left if it is not known who is signed
    /// in.
    pub(crate) fn destroy(&mut self, who: &Who<'_>) {
        // Another person's data under this name is left where it is.
        let may_be_theirs = who.owner().is_some_and(|person| {
            let is_brought = who.data.own.as_ref().is_some_and(|own| who.request.brings(own));
            !is_brought && !self.own.is_any(|it| it == person) || self.own(person, who) != Ok(false)
        });
        self.reset();
        self.is_guest_gone |= who.person.is_ok();
        self.is_own_gone |= may_be_theirs;
    }

    /// Ends a session of the browser, whoever holds it: a change after this starts from nothing.
    pub(crate) fn end(&mut self, who: &Who<'_>) {
        // Needed for its row.
        self.read_guest(who);
        self.is_guest_gone = true;
    }

    fn reset(&mut self) {
        self.parked = None;
        self.adopted = None;
        self.saved = None;
        self.is_save_due = false;
        self.is_lent = false;
        self.is_changed = false;
    }

    pub(crate) const fn is_held(&self) -> bool {
        self.is_lent && self.is_changed
    }

    /// Prepares a handle for a change by whoever is there now: an earlier change by somebody else is adopted or dropped.
    pub(crate) fn begin_change<T: SessionData>(&mut self, live: &mut Live<T>, who: &Who<'_>) {
        if !who.is_still_there(&live.origin) {
            let left = self.leave(live, who, &mut Adoption::default());
            left.unwrap_or_else(|error| self.drop_change(&error, who));
            *live = self.open(who);
        }
        let is_own_version = |(claims, ..): (&DataClaims, _, _)| claims.version == T::VERSION;
        let is_as_found = who.data.keeps_order && self.found(&live.origin).is_some_and(is_own_version);
        live.before_change(who.data.print, is_as_found);
        self.is_changed = true;
    }

    /// Lets go of a change that was begun before a sign-in or sign-out, for a caller that must know the outcome. A guest's is
    /// adopted.
    ///
    /// # Errors
    /// Those of a change that is lost, or of an adopted one that does not fit.
    pub(crate) fn settle<T: SessionData>(
        &mut self,
        live: &mut Live<T>,
        who: &Who<'_>,
        goes: Timestamp,
    ) -> Result<(), SessionError> {
        if !who.is_still_there(&live.origin) {
            self.leave(live, who, &mut Adoption::default())?;
            *live = self.open(who);
            self.adopted_change(who, goes)?;
        }
        Ok(())
    }

    /// Resets the data to that of its token, or to fresh data.
    pub(crate) fn undo<T: SessionData>(&mut self, live: &mut Live<T>, who: &Who<'_>) {
        if live.origin.is_borrowed() {
            *live = self.open(who);
        }
        self.is_changed = false;
    }

    /// Opens the data that the person or guest who is there now may see.
    pub(super) fn open<T: SessionData>(&mut self, who: &Who<'_>) -> Live<T> {
        loop {
            let source = self.source(who);
            let origin = Origin::new(source, who.owner(), who.era);
            let Some(found) = self.found(&origin) else { return Live { data: T::default(), origin } };
            let refusal = match super::decode(who.data.print, found.0.version, found.2) {
                Ok(data) => {
                    self.is_guest_shown |= origin.is_guests() && origin.owner.is_some();
                    return Live { data, origin };
                }
                Err(refusal) => who.data.judge(refusal),
            };
            let (sight, cookie, owner) = match source {
                Source::Own => (&mut self.own, who.data.of(origin.owner), origin.owner),
                _ => (&mut self.guest, &who.data.guest, None),
            };
            sight.tell(who.request, cookie, refusal);
            if blocks(refusal) {
                return Live {
                    data: T::default(),
                    origin: Origin::new(Source::Refused(refusal), owner, who.era),
                };
            }
            sight.refuse(owner, refusal);
            if source == Source::Adopted {
                self.adopted = None;
            }
        }
    }

    /// The place of the data that the person or guest who is there now may see.
    fn source(&mut self, who: &Who<'_>) -> Source {
        let owner = match who.person {
            Ok(owner) => owner,
            Err(refusal) => return Source::Refused(refusal),
        };
        if self.adopted_for(who).is_some() {
            return Source::Adopted;
        }
        if self.saved_for(owner, who).is_some() {
            return Source::Saved;
        }
        let own = owner.map_or(Ok(false), |person| self.own(person, who));
        match own {
            Ok(true) => return Source::Own,
            Err(refusal) if blocks(refusal) => return Source::Refused(refusal),
            _ => {}
        }
        match self.guests(who) {
            Ok(true) => Source::Guest,
            Err(refusal) if owner.is_none() || blocks(refusal) => Source::Refused(refusal),
            guests => own.err().or(guests.err()).map_or(Source::Fresh, Source::Refused),
        }
    }

    /// The cookie that `save()` sealed for this owner; a guest's counts only until somebody signs in or out.
    pub(super) fn saved_for(&self, owner: Option<PersonId>, who: &Who<'_>) -> Option<&Saved> {
        let is_theirs = |(_, era, token): &&Saved| match owner {
            Some(person) => token.claims.owner == owner && !who.identity.signed_out_since(person, *era),
            None => token.claims.owner.is_none() && *era == who.era,
        };
        self.saved.as_deref().filter(is_theirs)
    }

    /// Looks for this person's data.
    pub(super) fn own(&mut self, person: PersonId, who: &Who<'_>) -> Result<bool, Refusal> {
        // Read even if the data is gone: the token that replaces it must be no older.
        self.read_own(who);
        let is_gone = self.is_own_gone || who.identity.signed_out(person);
        match self.own.find(Some(person)) {
            _ if is_gone => Ok(false),
            // A sign-out also removes data that cannot be read.
            Err(refusal) if blocks(refusal) && who.identity.is_signed_out() => Ok(false),
            found => found,
        }
    }

    /// Looks for a guest's data that no verb of the request gave away.
    fn guests(&mut self, who: &Who<'_>) -> Result<bool, Refusal> {
        self.read_guest(who);
        let is_gone = self.is_guest_gone || who.guests() == Guests::Gone;
        if is_gone { Ok(false) } else { self.guest.find(None) }
    }

    pub(super) fn read_own(&mut self, who: &Who<'_>) {
        if let Some(from) = &who.data.own {
            let check = |_: &DataClaims, sealed_at, cut_off| check_cut_off(sealed_at, cut_off);
            self.own.read(who.request, from, who.data.place, check);
        }
    }

    pub(super) fn read_guest(&mut self, who: &Who<'_>) {
        let Who { request, data, .. } = *who;
        let check =
            |claims: &DataClaims, sealed_at, cut_off| check_guest(request, data, claims, sealed_at, cut_off);
        self.guest.read(request, &data.guest, data.place, check);
    }

    /// The claims, the time and the data of a session's token.
    pub(crate) fn found(&self, origin: &Origin) -> Option<(&DataClaims, Timestamp, &[u8])> {
        if origin.source == Source::Adopted {
            return self.adopted.as_deref().map(|it| (&it.claims, it.sealed_at, it.bytes.as_slice()));
        }
        self.token(origin).map(|it| (&it.claims, it.sealed_at, it.data()))
    }

    /// The cookie that a session's data came with.
    pub(crate) fn token(&self, origin: &Origin) -> Option<&Accepted<DataClaims>> {
        match origin.source {
            Source::Own => self.own.of(origin.owner),
            Source::Saved => self.saved.as_deref().map(|(.., token)| token),
            Source::Guest | Source::Adopted => self.guest.of(None),
            Source::Fresh | Source::Refused(_) | Source::Overtaken => None,
        }
    }
}
