//! The list of sign-ins, their ends and a feed of them.

use rusqlite::{Connection, OptionalExtension as _, Result, Row, params};

use super::clock::{signed, time, unsigned};
use super::statements::{
    CUT, CUT_AT, END, ENTER, ERASE_RECORDS, ERASE_ROWS, FEED, FIRST, HAS_ENDED, LABEL, LAST_SEALED, LIST,
    LIVING, NEXT, PLACE, PURGE, SEEN,
};
use crate::Timestamp;
use crate::store::{CutOff, Ended, Feed, Op, SignInRow};
use crate::token::{PersonId, SessionId};

/// The transaction that carries out operations, in the store with this name, at this time.
pub(super) struct Step<'c> {
    pub(super) connection: &'c Connection,
    pub(super) store: &'c str,
    pub(super) now: u64,
}

impl Step<'_> {
    /// Carries out an operation on sign-ins; returns the time to answer, or `None` if its condition does not hold.
    pub(super) fn carry_out(&self, operation: &Op) -> Result<Option<u64>> {
        match operation {
            Op::Enter { .. } => return self.enter(operation),
            Op::End { id, person, lifetime } => self.end(*id, *person, *lifetime)?,
            Op::EndFirst { first, person } => {
                if self.end_all(*first, *person, true)? == 0 {
                    return Ok(None);
                }
            }
            Op::CutOff { person, lifetime } => {
                if self.cut_off(*person, 0, *lifetime)?.is_none() {
                    return Ok(None);
                }
            }
            Op::Erase { person, lifetime } => {
                if self.cut_off(*person, 0, *lifetime)?.is_none() {
                    return Ok(None);
                }
                self.run(ERASE_ROWS, params![self.store, person.to_bytes()])?;
                self.run(ERASE_RECORDS, params![self.store, person.to_bytes()])?;
            }
            Op::Seen { id, person, ago } => {
                let at = signed(self.now.saturating_sub(*ago));
                self.run(SEEN, params![self.store, id.to_bytes(), person.to_bytes(), at, signed(self.now)])?;
            }
            Op::Label { id, person, label } => {
                self.run(
                    LABEL,
                    params![self.store, id.to_bytes(), person.to_bytes(), label, signed(self.now)],
                )?;
            }
            Op::PutBack { ended, cut_offs } => self.put_back(ended, cut_offs)?,
            Op::Insert { .. } | Op::Replace { .. } | Op::Remove { .. } => {}
        }
        Ok(Some(self.now))
    }

    fn enter(&self, operation: &Op) -> Result<Option<u64>> {
        let Op::Enter { id, person, renews, cuts_off, started_at, lifetime, label } = operation else {
            return Ok(None);
        };
        let was = renews.map(|(was, _)| was);
        if let Some(renewed) = *renews
            && self.is_dead(renewed, *person)?
        {
            return Ok(None);
        }
        if self.first(*id)?.is_some() {
            return Ok(None);
        }
        let renewed_at = renews.map_or(0, |(_, sealed_at)| sealed_at.unix());
        if let Some(lifetime) = cuts_off
            && self.cut_off(*person, renewed_at, *lifetime)?.is_none()
        {
            return Ok(None);
        }
        let cut = self.cut_at(*person)?.map_or(0, |cut| cut + 1);
        let sealed_at = self.now.max(cut).max(renewed_at);
        if sealed_at > self.now + Op::MOST_AHEAD {
            return Ok(None);
        }
        let old = was.unwrap_or(*id);
        self.run(
            ENTER,
            params![
                self.store,
                id.to_bytes(),
                old.to_bytes(),
                person.to_bytes(),
                signed(started_at.unix()),
                signed(sealed_at),
                label.as_deref(),
                self.until(*lifetime)
            ],
        )?;
        if let Some(was) = was {
            self.end_one(was, Some(*person), self.now + Op::GRACE, self.until(*lifetime))?;
        }
        Ok(Some(sealed_at))
    }

    /// True if the identity has ended, or was sealed at or before its person's cut-off.
    fn is_dead(&self, (id, sealed_at): (SessionId, Timestamp), person: PersonId) -> Result<bool> {
        let params = params![self.store, id.to_bytes(), signed(self.now)];
        let has_ended: bool =
            self.connection.prepare_cached(HAS_ENDED)?.query_row(params, |row| row.get(0))?;
        Ok(has_ended || self.cut_at(person)? >= Some(sealed_at.unix()))
    }

    /// The first of the sign-ins that this one goes on from.
    fn first(&self, id: SessionId) -> Result<Option<SessionId>> {
        let mut first = self.connection.prepare_cached(FIRST)?;
        let found = first.query_row(params![self.store, id.to_bytes()], |row| row.get(0)).optional()?;
        Ok(found.map(SessionId::from_bytes))
    }

    fn cut_at(&self, person: PersonId) -> Result<Option<u64>> {
        let mut cut = self.connection.prepare_cached(CUT_AT)?;
        let found: Option<i64> =
            cut.query_row(params![self.store, person.to_bytes()], |row| row.get(0)).optional()?;
        Ok(found.map(unsigned))
    }

    fn end(&self, id: SessionId, person: PersonId, lifetime: u64) -> Result<()> {
        match self.first(id)? {
            Some(first) => self.end_all(first, person, false).map(drop),
            None => self.end_one(id, Some(person), self.now, self.until(lifetime)),
        }
    }

    /// Ends a person's sign-ins that go on from this one and have not ended, or only those that live; returns their number.
    fn end_all(&self, first: SessionId, person: PersonId, must_live: bool) -> Result<usize> {
        let (cut, over) =
            if must_live { (self.cut_at(person)?.map(signed), signed(self.now)) } else { (None, BEFORE_ALL) };
        let cut = cut.unwrap_or(BEFORE_ALL);
        let params = params![self.store, person.to_bytes(), first.to_bytes(), signed(self.now), cut, over];
        let mut ids = self.connection.prepare_cached(LIVING)?;
        let ids = ids.query_map(params, |row| row.get(0))?.collect::<Result<Vec<[u8; 16]>>>()?;
        for id in &ids {
            self.end_one(SessionId::from_bytes(*id), Some(person), self.now, signed(self.now))?;
        }
        Ok(ids.len())
    }

    /// Ends a sign-in at a time, unless it ends earlier; makes a row if there is none.
    fn end_one(&self, id: SessionId, person: Option<PersonId>, at: u64, until: i64) -> Result<()> {
        let changed = self.next()?;
        let person = person.map(PersonId::to_bytes);
        self.run(END, params![self.store, id.to_bytes(), person, signed(at), until, changed])
    }

    /// Returns the time of the cut-off, or `None` if that is too far ahead.
    fn cut_off(&self, person: PersonId, at_least: u64, lifetime: u64) -> Result<Option<u64>> {
        let params = params![self.store, person.to_bytes()];
        let sealed_at: i64 =
            self.connection.prepare_cached(LAST_SEALED)?.query_row(params, |row| row.get(0))?;
        let next = self.cut_at(person)?.map_or(0, |cut| cut + 1);
        let at = self.now.max(at_least).max(unsigned(sealed_at)).max(next);
        if at > self.now + Op::MOST_AHEAD {
            return Ok(None);
        }
        self.cut(person, at, self.until(lifetime))?;
        Ok(Some(at))
    }

    fn cut(&self, person: PersonId, at: u64, until: i64) -> Result<()> {
        let changed = self.next()?;
        self.run(CUT, params![self.store, person.to_bytes(), signed(at), until, changed])
    }

    fn put_back(&self, ended: &[Ended], cut_offs: &[CutOff]) -> Result<()> {
        for it in ended {
            self.end_one(it.id, None, it.at.unix(), signed(it.until.unix()))?;
        }
        for it in cut_offs {
            if self.cut_at(it.person)? < Some(it.at.unix()) {
                self.cut(it.person, it.at.unix(), signed(it.until.unix()))?;
            }
        }
        Ok(())
    }

    /// The next place in the feed.
    fn next(&self) -> Result<i64> {
        self.connection.prepare_cached(NEXT)?.query_row(params![self.store], |row| row.get(0))
    }

    fn until(&self, lifetime: u64) -> i64 {
        signed(self.now.saturating_add(lifetime))
    }

    fn run(&self, statement: &str, params: impl rusqlite::Params) -> Result<()> {
        self.connection.prepare_cached(statement)?.execute(params).map(drop)
    }
}

/// The sign-ins of a person that live, and the time.
pub(super) fn list(connection: &Connection, store: &str, person: PersonId) -> Result<(Vec<SignInRow>, u64)> {
    let now = time(connection)?;
    let mut list = connection.prepare_cached(LIST)?;
    let rows = list.query_map(params![store, person.to_bytes(), signed(now)], row)?;
    Ok((rows.collect::<Result<_>>()?, now))
}

fn row(row: &Row<'_>) -> Result<SignInRow> {
    let time = |at| row.get(at).map(|time| Timestamp::from_unix(unsigned(time)));
    Ok(SignInRow {
        id: SessionId::from_bytes(row.get(0)?),
        first: SessionId::from_bytes(row.get(1)?),
        started_at: time(2)?,
        sealed_at: time(3)?,
        seen_at: time(4)?,
        label: row.get(5)?,
    })
}

/// The ends after the place that a mark names, and the time.
pub(super) fn feed(connection: &Connection, store: &str, mark: &[u8]) -> Result<(Feed, u64)> {
    let now = time(connection)?;
    let mut place = connection.prepare_cached(PLACE)?;
    let place = place.query_row(params![store], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let (run, last): ([u8; 8], i64) = place.unwrap_or_default();
    let from = mark.split_first_chunk().filter(|(of, _)| **of == run);
    let from = from.and_then(|(_, place)| Some(i64::from_be_bytes(place.try_into().ok()?)));
    let from = from.filter(|from| *from <= last);
    let mut feed = Feed { is_anew: from.is_none(), ..Feed::default() };
    let (mut place, mut number) = (from.unwrap_or_default(), 0);
    let mut told = connection.prepare_cached(FEED)?;
    let mut rows = told.query(params![store, place, PAGE])?;
    while let Some(row) = rows.next()? {
        let (id, at, until) = (row.get(1)?, row.get(3)?, row.get(4)?);
        let (at, until) = (Timestamp::from_unix(unsigned(at)), Timestamp::from_unix(unsigned(until)));
        if row.get(2)? {
            feed.cut_offs.push(CutOff { person: PersonId::from_bytes(id), at, until });
        } else {
            feed.ended.push(Ended { id: SessionId::from_bytes(id), at, until });
        }
        place = row.get(0)?;
        number += 1;
    }
    feed.has_more = number == PAGE;
    feed.mark = [run.as_slice(), &place.to_be_bytes()].concat();
    Ok((feed, now))
}

/// Removes up to `limit` rows whose lifetime ended more than an hour ago; returns their number.
pub(super) fn purge(connection: &Connection, store: &str, limit: u32) -> Result<u32> {
    let removed = connection.prepare_cached(PURGE)?.execute(params![store, limit])?;
    Ok(u32::try_from(removed).unwrap_or(u32::MAX))
}

/// A place before any row.
const BEFORE_ALL: i64 = -1;
/// The most rows of a feed.
const PAGE: i64 = 20_000;
