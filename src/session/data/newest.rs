//! A change merged with another request's write.

use super::SessionData;
use super::live::{AnyLive, Live, Origin, Source};
use super::rows::open;
use super::slot::Slot;
use super::who::Who;
use crate::Refusal;
use crate::session::SessionError;
use crate::session::identity::adoption::Adoption;
use crate::session::request::{Accepted, Row};
use crate::session::settings::Event;
use crate::store::Record;
use crate::token::{DataClaims, RecordId};

impl Slot {
    /// The session with its change and the other request's merged; `None` if they do not merge.
    pub(crate) fn merge<T: SessionData>(
        &mut self,
        live: &Live<T>,
        id: RecordId,
        newest: Option<Record>,
        who: &Who<'_>,
    ) -> Option<Live<T>> {
        let (base, theirs) = self.base_and_theirs(live, id, newest, who)?;
        live.merged(who.data.print, (base.0, &base.1), (theirs.0, &theirs.1))
    }

    /// The session as the other request wrote it; `None` if it is gone, or no longer this owner's.
    pub(crate) fn take_newest<T: SessionData>(
        &mut self,
        live: &Live<T>,
        id: RecordId,
        newest: Option<Record>,
        who: &Who<'_>,
    ) -> Option<Live<T>> {
        let owner = self.row(&live.origin).map(|(.., owner)| owner);
        let claims = self.renewed(id, newest, who);
        let is_theirs = claims.is_some_and(|claims| Some(claims.owner) == owner);
        is_theirs.then(|| self.open(who))
    }

    /// Merges the change that a handler left with the other request's; `false` if they do not merge. Data that a sign-in adopted
    /// is adopted again, unless this is the last try: then it stays a guest's.
    pub(crate) fn overtaken(
        &mut self,
        id: RecordId,
        newest: Option<Record>,
        is_last: bool,
        who: &Who<'_>,
    ) -> bool {
        let live = self.parked.take().filter(|live| live.origin().is_borrowed());
        let Some(live) = live else {
            let was_changed = self.adopted.take().is_some_and(|it| it.change.is_some());
            self.renewed(id, newest, who);
            if !is_last {
                self.adopt(None, who, &mut Adoption::default()).unwrap_or_default();
            }
            return !was_changed;
        };
        let merged = self
            .base_and_theirs(&*live, id, newest, who)
            .and_then(|(base, theirs)| live.merge(who.data.print, (base.0, &base.1), (theirs.0, &theirs.1)));
        let merges = merged.is_some();
        self.parked = merged.or(Some(live));
        merges
    }

    /// Drops a change that conflicts beside a sign-in or sign-out.
    pub(crate) fn give_up(&mut self, who: &Who<'_>) {
        self.parked = None;
        self.adopted = None;
        self.drop_change(&SessionError::Conflict, who);
    }

    /// Leaves a guest's row to the next write, and drops a change of data in the store. It is for a sign-in or sign-out when
    /// other requests were faster three times.
    pub(crate) fn leave_to_others(&mut self, who: &Who<'_>) {
        if self.is_save_due() {
            return;
        }
        let live = self.parked.as_ref().filter(|live| live.origin().is_borrowed());
        if live.is_some_and(|live| self.row(live.origin()).is_some()) {
            self.give_up(who);
        } else if self.adopted.as_deref().is_some_and(|it| it.row.is_some()) {
            self.forget_adopted(who);
        }
    }

    /// Drops a change of data in the store, made by a request that should not change anything.
    pub(crate) fn give_way(&mut self, who: &Who<'_>) {
        let Some(live) = self.parked.as_ref().filter(|live| live.origin().is_borrowed()) else { return };
        let origin = live.origin();
        if self.row(origin).is_some() || who.data.place.is_store() || self.is_overtaken(origin) {
            self.parked = None;
            who.request.settings.event(&Event::GaveWay { cookie: who.data.guest.name().into() });
        }
    }

    /// True if the row that a session was read from is gone since, or is somebody else's: another request was faster.
    pub(super) fn is_overtaken(&self, origin: &Origin) -> bool {
        let is_another = |owner| origin.source == Source::Saved && owner != origin.owner;
        origin.is_found() && self.found(origin).is_none_or(|(claims, ..)| is_another(claims.owner))
    }

    /// The data before the change and the data that another request wrote, each with its version.
    fn base_and_theirs(
        &mut self,
        live: &dyn AnyLive,
        id: RecordId,
        newest: Option<Record>,
        who: &Who<'_>,
    ) -> Option<(Versioned, Versioned)> {
        let origin = live.origin();
        let owner = self.row(origin).map(|(.., owner)| owner);
        let versioned = |token: &Accepted<DataClaims>| (token.claims.version, token.data().to_vec());
        let base = self.in_row(id).map(versioned)?;
        let claims = self.renewed(id, newest, who)?;
        if Some(claims.owner) != owner || !who.is_still_there(origin) {
            return None;
        }
        let newest = self.in_row(id)?.clone();
        if origin.source == Source::Adopted
            && let Some(adopted) = self.adopted.as_deref_mut()
        {
            adopted.goes_on_from(&newest);
        }
        Some((base, versioned(&newest)))
    }

    /// The data of a row, as far as it is known.
    fn in_row(&self, id: RecordId) -> Option<&Accepted<DataClaims>> {
        let saved = self.saved.as_deref().map(|(.., token)| token);
        let all = saved.into_iter().chain(self.own.in_store()).chain(self.guest.in_store());
        all.into_iter().find(|token| token.row_id() == Some(id))
    }

    /// Takes in a record that another request wrote meanwhile; returns its claims, or none if it is gone or must not be read.
    fn renewed(&mut self, id: RecordId, record: Option<Record>, who: &Who<'_>) -> Option<DataClaims> {
        let before = self.row_of(id).cloned();
        self.own.lose(id);
        self.guest.lose(id);
        let found = record.ok_or(Refusal::Gone).and_then(|record| open(id, record, who));
        let found = match found {
            Ok(found) => found,
            Err(refusal) => {
                self.saved = self.saved.take().filter(|it| it.2.row_id() != Some(id));
                self.sight(who.owner().is_none()).refuse_record(refusal);
                return None;
            }
        };
        let claims = found.claims;
        let octets = found.row.as_deref().map_or(0, |row| row.octets);
        let unknown =
            Row { id, pointed_at: found.sealed_at, is_under_guests: claims.owner.is_none(), octets };
        let row = Row { octets, ..before.unwrap_or(unknown) };
        let found = Accepted { row: Some(Box::new(row)), ..found };
        if let Some(saved) = self.saved.as_deref_mut().filter(|it| it.2.row_id() == Some(id)) {
            saved.2 = found.clone();
        }
        self.accept(found);
        Some(claims)
    }
}

type Versioned = (u16, Vec<u8>);
