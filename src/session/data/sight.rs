//! The tokens under one name of a session's data.

use smallvec::SmallVec;

use crate::session::Place;
use crate::session::request::{Accepted, Request, check_cut_off};
use crate::session::settings::{CookieUse, DataUse};
use crate::token::{DataClaims, PersonId, PointerClaims, RecordId};
use crate::{Refusal, Timestamp};

/// The tokens under one name, each opened once in a request.
#[derive(Default)]
pub(crate) struct Sight {
    is_read: bool,
    accepted: SmallVec<[Accepted<DataClaims>; 1]>,
    /// In a box, since most sessions are in cookies.
    pointers: Option<Box<Pointers>>,
    refused: Option<Refusal>,
    /// True once there was an event about it: one is enough in a request.
    is_told: bool,
}

#[derive(Default)]
struct Pointers {
    /// The pointers whose records are not loaded yet.
    waiting: Vec<Pointer>,
    /// The records for which the store could not be asked.
    unreached: Vec<RecordId>,
}

/// A token that names a record.
#[derive(Clone, Copy)]
pub(crate) struct Pointer {
    pub(crate) record: RecordId,
    pub(crate) pointed_at: Timestamp,
    /// Octets of the cookie's name and value.
    pub(crate) octets: usize,
}

impl Sight {
    /// Opens the values that the request brought, once.
    pub(crate) fn read(
        &mut self,
        request: Request<'_>,
        from: &CookieUse,
        place: Place,
        check: impl Fn(&DataClaims, Timestamp, Option<Timestamp>) -> Result<(), Refusal>,
    ) {
        if std::mem::replace(&mut self.is_read, true) {
            return;
        }
        let opened = request.open_each(from, |opened, cut_off, octets| {
            request.check_clock(&opened)?;
            let (sealed_at, plain) = (opened.sealed_at(), opened.plain());
            match DataClaims::read(sealed_at, plain) {
                Ok(_) if place.refuses_cookie(sealed_at) => return Err(Refusal::NotInStore),
                Ok((claims, data)) => {
                    check(&claims, sealed_at, cut_off)?;
                    let start = plain.len() - data.len();
                    self.accepted.push(Accepted::new(opened, claims, start, octets));
                }
                // The record of the pointer decides what it means.
                Err(refusal) => match PointerClaims::read(sealed_at, plain) {
                    Ok(_) if request.settings.store.is_none() => return Err(Refusal::NoStore),
                    Ok(PointerClaims { record, .. }) => {
                        let pointers = self.pointers.get_or_insert_default();
                        pointers.waiting.push(Pointer { record, pointed_at: sealed_at, octets });
                    }
                    Err(_) => return Err(refusal),
                },
            }
            Ok(())
        });
        self.is_told = opened.is_err();
        self.refused = opened.err();
    }

    /// The next record to load.
    pub(crate) fn waiting(&self) -> Option<Pointer> {
        self.pointers.as_deref()?.waiting.first().copied()
    }

    /// The records that nobody loaded.
    pub(crate) fn unloaded(&self) -> impl Iterator<Item = RecordId> {
        self.pointers.iter().flat_map(|it| {
            it.waiting.iter().map(|pointer| pointer.record).chain(it.unreached.iter().copied())
        })
    }

    /// All records that the name points to, loaded or not.
    pub(crate) fn rows(&self) -> impl Iterator<Item = RecordId> {
        self.accepted.iter().filter_map(Accepted::row_id).chain(self.unloaded())
    }

    /// Crosses off a pointer whose record was loaded.
    pub(crate) fn was_loaded(&mut self, record: RecordId) {
        if let Some(pointers) = &mut self.pointers {
            pointers.waiting.retain(|pointer| pointer.record != record);
        }
    }

    /// Notes that the store could not be asked for a record.
    pub(crate) fn was_not_reached(&mut self, record: RecordId) {
        self.pointers.get_or_insert_default().unreached.push(record);
    }

    /// Adds the data that was read from a record, in place of an older version of it. A pointer under the owner's own name takes
    /// precedence over a copy under the guest's.
    pub(crate) fn accept(&mut self, mut next: Accepted<DataClaims>) {
        if let Some(id) = next.row_id() {
            let earlier = self.accepted.iter().find(|it| it.row_id() == Some(id));
            if let (Some(earlier), Some(row)) = (earlier.and_then(|it| it.row.as_deref()), &mut next.row)
                && row.is_under_guests
                && !earlier.is_under_guests
            {
                row.is_under_guests = false;
                row.pointed_at = earlier.pointed_at;
            }
            self.lose(id);
        }
        self.accepted.push(next);
    }

    /// Drops the data that was read from a record.
    pub(crate) fn lose(&mut self, id: RecordId) {
        self.accepted.retain(|it| it.row_id() != Some(id));
    }

    /// Notes that a record was refused; an unsettled refusal takes precedence over others.
    pub(crate) fn refuse_record(&mut self, refusal: Refusal) {
        if self.refused.is_none_or(|earlier| !earlier.is_unsettled()) {
            self.refused = Some(refusal);
        }
    }

    /// The data that was read from records.
    pub(crate) fn in_store(&self) -> impl Iterator<Item = &Accepted<DataClaims>> {
        self.accepted.iter().filter(|it| it.row.is_some())
    }

    /// Emits an event about data that cannot be used, unless there was one for this name.
    pub(crate) fn tell(&mut self, request: Request<'_>, cookie: &CookieUse, refusal: Refusal) {
        if !std::mem::replace(&mut self.is_told, true) {
            request.settings.refused(cookie, refusal);
        }
    }

    /// The owner's token. Of several, it is one in their own cookie, then the one sealed last, then the one written most often,
    /// then the first. Another owner's token counts as absent.
    pub(crate) fn of(&self, owner: Option<PersonId>) -> Option<&Accepted<DataClaims>> {
        let is_away = |it: &Accepted<_>| owner.is_some() && it.is_under_guests();
        let rank = |it: &Accepted<DataClaims>| (!is_away(it), it.sealed_at, it.claims.generation);
        let theirs = self.accepted.iter().filter(|it| it.claims.owner == owner);
        theirs.rev().max_by(|one, other| rank(one).cmp(&rank(other)))
    }

    /// Finds a token like [`of`](Self::of), but returns an error if there is none and something was refused.
    pub(crate) fn find(&self, owner: Option<PersonId>) -> Result<bool, Refusal> {
        match (self.accepted.iter().any(|it| it.claims.owner == owner), self.refused) {
            (false, Some(refusal)) => Err(refusal),
            (found, _) => Ok(found),
        }
    }

    pub(crate) const fn refused(&self) -> Option<Refusal> {
        self.refused
    }

    pub(crate) fn is_any(&self, owned: impl Fn(PersonId) -> bool) -> bool {
        self.accepted.iter().any(|it| it.claims.owner.is_some_and(&owned))
    }

    /// Drops an owner's tokens, because their data cannot be used.
    pub(crate) fn refuse(&mut self, owner: Option<PersonId>, refusal: Refusal) {
        self.accepted.retain(|it| it.claims.owner != owner);
        self.refused = Some(refusal);
    }
}

/// Checks data by its claims, whether it is a person's or a guest's.
pub(crate) fn check(
    request: Request<'_>,
    data: &DataUse,
    claims: &DataClaims,
    sealed_at: Timestamp,
    cut_off: Option<Timestamp>,
) -> Result<(), Refusal> {
    match claims.owner {
        None => check_guest(request, data, claims, sealed_at, cut_off),
        Some(_) => check_cut_off(sealed_at, cut_off),
    }
}

/// Checks a lifetime: a guest's data ends so long after its start, and the browser's so long after its last write.
pub(crate) fn check_guest(
    request: Request<'_>,
    data: &DataUse,
    claims: &DataClaims,
    sealed_at: Timestamp,
    cut_off: Option<Timestamp>,
) -> Result<(), Refusal> {
    let is_browsers = data.own.is_none();
    check_cut_off(sealed_at, cut_off.filter(|_| !is_browsers))?;
    let from = if is_browsers { sealed_at } else { claims.started_at };
    let is_over = data.lifetime.is_some_and(|seconds| from.plus(seconds) <= request.came);
    if is_over { Err(Refusal::TimedOut) } else { Ok(()) }
}
