//! A session's rows in the store: loaded before a handler sees the session, and named when they end.

use super::live::{Origin, Source};
use super::sight::{Pointer, Sight, check};
use super::slot::Slot;
use super::who::Who;
use crate::session::SessionError;
use crate::session::draft::{Draft, Home, Pointing};
use crate::session::plan::Plan;
use crate::session::record;
use crate::session::request::{Accepted, Row};
use crate::store::{Op, Record, StoreError};
use crate::token::{DataClaims, PersonId, PointerClaims, RecordId};
use crate::{Refusal, Timestamp};

/// A pointer whose record is to be loaded.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) pointer: Pointer,
    pub(crate) is_under_guests: bool,
}

impl Slot {
    /// The next record that must be loaded before the person who is there now sees their data.
    pub(crate) fn wanted(&mut self, who: &Who<'_>) -> Option<Wanted> {
        let owner = who.person.ok()?;
        if let Some(person) = owner
            && who.data.own.is_some()
        {
            let own = self.own(person, who);
            if let Some(pointer) = self.own.waiting() {
                return Some(Wanted { pointer, is_under_guests: false });
            }
            if own == Ok(true) {
                return None;
            }
        }
        self.read_guest(who);
        self.guest.waiting().map(|pointer| Wanted { pointer, is_under_guests: true })
    }

    /// The next record that must be loaded before somebody signs in, whoever it is.
    pub(crate) fn wanted_by_anybody(&mut self, who: &Who<'_>) -> Option<Wanted> {
        self.read_own(who);
        self.read_guest(who);
        let own = self.own.waiting().map(|pointer| Wanted { pointer, is_under_guests: false });
        own.or_else(|| self.guest.waiting().map(|pointer| Wanted { pointer, is_under_guests: true }))
    }

    /// Takes the store's answer about a wanted record.
    pub(crate) fn loaded(
        &mut self,
        wanted: Wanted,
        answer: Result<Option<Record>, StoreError>,
        who: &Who<'_>,
    ) {
        let Wanted { pointer, is_under_guests } = wanted;
        let Pointer { record: id, pointed_at, octets, .. } = pointer;
        self.sight(is_under_guests).was_loaded(id);
        let opened = match answer {
            Ok(None) => Err(Refusal::Gone),
            Ok(Some(record)) => open(id, record, who),
            Err(error) => {
                who.request.settings.store_failed(&error);
                self.unreachable = Some(error);
                Err(Refusal::StoreUnavailable)
            }
        };
        match opened {
            Ok(found) => {
                let row = found.row.map(|row| Box::new(Row { pointed_at, is_under_guests, ..*row }));
                self.accept(Accepted { row, octets, ..found });
            }
            Err(refusal) => {
                let from = if is_under_guests { Some(&who.data.guest) } else { who.data.own.as_ref() };
                from.into_iter().for_each(|from| who.request.settings.refused(from, refusal));
                let sight = self.sight(is_under_guests);
                sight.refuse_record(refusal);
                if refusal == Refusal::StoreUnavailable {
                    sight.was_not_reached(id);
                }
            }
        }
    }

    pub(super) fn sight(&mut self, is_guests: bool) -> &mut Sight {
        if is_guests { &mut self.guest } else { &mut self.own }
    }

    /// Keeps the data that was read from a record. A pointer in the guest's cookie to a person's record is that person's. A
    /// pointer in a person's cookie to nobody's record counts as absent.
    pub(super) fn accept(&mut self, found: Accepted<DataClaims>) {
        let is_under_guests = found.is_under_guests();
        match found.claims.owner {
            Some(_) => self.own.accept(found),
            None if is_under_guests => self.guest.accept(found),
            None => {}
        }
    }

    pub(super) fn row_of(&self, id: RecordId) -> Option<&Row> {
        let both = self.own.in_store().chain(self.guest.in_store());
        both.filter_map(|it| it.row.as_deref()).find(|row| row.id == id)
    }

    /// The row that `save` wrote in this request.
    pub(crate) fn saved_row(&self) -> Option<RecordId> {
        self.saved.as_deref().and_then(|(.., token)| token.row_id())
    }

    /// True if this session's data is in that row.
    pub(crate) fn has_row(&self, id: RecordId) -> bool {
        self.row_of(id).is_some() || self.saved_row() == Some(id)
    }

    /// The row of a session's data, its version, and its owner there.
    pub(super) fn row(&self, origin: &Origin) -> Option<(&Row, u32, Option<PersonId>)> {
        if origin.source == Source::Adopted {
            let adopted = self.adopted.as_deref()?;
            let (row, version, owner) = adopted.row.as_ref()?;
            return Some((row, *version, *owner));
        }
        let token = self.token(origin)?;
        Some((token.row.as_deref()?, token.claims.generation, token.claims.owner))
    }

    /// The row for a draft, if its session is in the store already or must be there.
    pub(super) fn home(
        &self,
        origin: &Origin,
        claims: DataClaims,
        who: &Who<'_>,
        goes: Timestamp,
    ) -> Option<Box<Home>> {
        let (settings, data) = (who.request.settings, who.data);
        settings.store.as_ref()?;
        let row = self.row(origin);
        if row.is_none() && !data.place.is_store() {
            return None;
        }
        let longest = settings.keyring.with(|ring| ring.longest_session());
        let to = data.of(claims.owner);
        let is_new = origin.source == Source::Saved && self.saved.as_deref().is_some_and(|it| it.0.is_some());
        let is_due = row.is_none_or(|(row, _, owner)| {
            is_new
                || owner != claims.owner
                || row.is_under_guests == claims.owner.is_some()
                || row.pointed_at.age_at(goes) >= longest / RENEWALS
                || who.request.former(to).is_some()
        });
        let replaces = row.map(|(row, ..)| row.pointed_at);
        let pointer = Pointing { to: to.clone(), replaces, is_due };
        let row = row.map(|(row, version, _)| (row.id, version));
        Some(Box::new(Home::new(settings, data, claims, goes, row, pointer)))
    }

    /// Sends a draft to the place where its session is kept.
    ///
    /// # Errors
    /// [`SessionError::DoesNotFit`].
    pub(super) fn placed(
        &self,
        mut draft: Draft,
        who: &Who<'_>,
        longest: Option<(&crate::session::settings::CookieUse, usize)>,
        sizes: impl Fn() -> crate::shape::Sizes,
    ) -> Result<Draft, SessionError> {
        let settings = who.request.settings;
        if draft.home.is_some() {
            draft.store(settings)?;
        } else {
            match draft.check(settings, longest, &sizes) {
                Err(SessionError::DoesNotFit(_)) if draft.spill(settings)? => {}
                checked => return checked.map(|()| draft),
            }
        }
        draft.check(settings, None, sizes).map(|()| draft)
    }

    /// Adds the removal of the rows that end: a guest's, and those of the persons whose data is removed. The row that is written
    /// stays.
    pub(super) fn remove_rows(
        &self,
        ends_guests: bool,
        persons: &[PersonId],
        written: Option<RecordId>,
        plan: &mut Plan,
    ) {
        let mut remove = |id: RecordId, owner| {
            if Some(id) != written {
                plan.operations.push(Op::Remove { id, owner });
            }
        };
        if ends_guests {
            self.guest.rows().for_each(|id| remove(id, None));
        }
        for person in persons {
            self.own.rows().for_each(|id| remove(id, Some(*person)));
            if ends_guests {
                // A row that was not loaded may be a person's, and any other may have become one since.
                self.guest.rows().for_each(|id| remove(id, Some(*person)));
            }
        }
    }

    /// True if the guest's cookie points to the row of a person other than this writer: the row is theirs, and stays.
    pub(crate) fn is_guests_a_persons(&self, writer: Option<PersonId>) -> bool {
        self.own.in_store().any(|it| it.is_under_guests() && it.claims.owner != writer)
    }

    /// Moves the pointer to a person's row out of the cookie that a guest writes, if the person's cookie is empty.
    pub(super) fn move_pointer(&self, who: &Who<'_>, plan: &mut Plan) {
        // Rows are rare, and the cookies are searched only for one.
        let Some(found) = self.own.in_store().find(|it| it.is_under_guests()) else { return };
        let own = who.data.own.as_ref().filter(|own| !who.request.brings(own));
        if let (Some(to), Some(row)) = (own, found.row.as_deref()) {
            let claims = PointerClaims { started_at: found.claims.started_at, record: row.id };
            let goes = who.request.settings.clock.now();
            plan.set(Draft::new(to, goes, Some(row.pointed_at), |sealed_at, plain| {
                claims.write(sealed_at, plain);
            }));
        }
    }
}

pub(super) fn open(id: RecordId, record: Record, who: &Who<'_>) -> Result<Accepted<DataClaims>, Refusal> {
    let by =
        |claims: &DataClaims, sealed_at, cut_off| check(who.request, who.data, claims, sealed_at, cut_off);
    record::open(who.request, who.data, id, record, by)
}

/// A pointer is sent again once it is older than this fraction of the longest session.
const RENEWALS: u64 = 10;
