//! Rows of sign-ins in memory, found by their ids, by their persons and by their places in the feed.

use std::collections::{BTreeMap, HashMap};

use super::sign_in::{CutOff, Ended, SignInRow};
use crate::Timestamp;
use crate::token::{PersonId, SessionId};

/// Sign-ins and cut-offs.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    by_id: HashMap<[u8; 16], Row>,
    /// The ids of a person's rows.
    persons: HashMap<[u8; 16], Vec<SessionId>>,
    cut_offs: HashMap<[u8; 16], Cut>,
    /// The rows that ended, by their place in the feed.
    feed: BTreeMap<u64, Told>,
    /// The last place in the feed.
    pub(super) last: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) sign_in: SignInRow,
    /// Not known for a row that a node put back.
    pub(super) person: Option<PersonId>,
    pub(super) ended_at: Option<Timestamp>,
    pub(super) until: Timestamp,
    place: u64,
}

#[derive(Clone, Copy, Debug)]
struct Cut {
    at: Timestamp,
    until: Timestamp,
    place: u64,
}

/// A thing with a place in the feed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    Ended(SessionId),
    CutOff(PersonId),
}

/// The state before a change.
pub(super) enum Before {
    Row(SessionId, Option<Box<Row>>),
    CutOff(PersonId, Option<BeforeCut>),
}

/// The cut-off before a change.
pub(super) struct BeforeCut(Cut);

impl Rows {
    pub(super) fn get(&self, id: SessionId) -> Option<&Row> {
        self.by_id.get(&id.to_bytes())
    }

    pub(super) fn of(&self, person: PersonId) -> impl Iterator<Item = &Row> {
        let ids = self.persons.get(&person.to_bytes()).into_iter().flatten();
        ids.filter_map(|id| self.get(*id))
    }

    /// The time of a person's cut-off.
    pub(super) fn cut_at(&self, person: PersonId) -> Option<Timestamp> {
        self.cut_offs.get(&person.to_bytes()).map(|cut| cut.at)
    }

    /// All rows and cut-offs.
    pub(super) fn len(&self) -> usize {
        self.by_id.len() + self.cut_offs.len()
    }

    /// The things in the feed after this place, in order.
    pub(super) fn told_after(&self, place: u64) -> impl Iterator<Item = (u64, Told)> {
        self.feed.range(place + 1..).map(|(place, told)| (*place, *told))
    }

    pub(super) fn ended(&self, id: SessionId) -> Option<Ended> {
        let row = self.get(id)?;
        Some(Ended { id, at: row.ended_at?, until: row.until })
    }

    pub(super) fn cut_off(&self, person: PersonId) -> Option<CutOff> {
        let Cut { at, until, .. } = *self.cut_offs.get(&person.to_bytes())?;
        Some(CutOff { person, at, until })
    }

    /// Puts a row that lives.
    pub(super) fn enter(&mut self, row: Row, undo: &mut Vec<Before>) {
        self.put(row.sign_in.id, Some(row), undo);
    }

    pub(super) fn remove(&mut self, id: SessionId, undo: &mut Vec<Before>) {
        self.put(id, None, undo);
    }

    /// Ends a row at a time, unless it ends earlier already.
    pub(super) fn end(&mut self, mut row: Row, at: Timestamp, undo: &mut Vec<Before>) {
        if row.ended_at.is_some_and(|ended_at| ended_at <= at) {
            return;
        }
        row.ended_at = Some(at);
        self.last += 1;
        row.place = self.last;
        self.put(row.sign_in.id, Some(row), undo);
    }

    /// Cuts off a person, whatever the cut-off before.
    pub(super) fn cut(&mut self, person: PersonId, at: Timestamp, until: Timestamp, undo: &mut Vec<Before>) {
        self.last += 1;
        let until = self.cut_off(person).map_or(until, |cut| cut.until.max(until));
        self.put_cut(person, Some(Cut { at, until, place: self.last }), undo);
    }

    /// Removes up to `limit` rows and cut-offs that were over at this time; returns their number.
    pub(super) fn sweep(&mut self, limit: usize, over: Timestamp) -> usize {
        let rows = self.by_id.values().filter(|row| row.until < over).map(|row| row.sign_in.id);
        let rows: Vec<_> = rows.take(limit).collect();
        let cut_offs = self.cut_offs.iter().filter(|(_, cut)| cut.until < over);
        let cut_offs = cut_offs.map(|(person, _)| PersonId::from_bytes(*person)).take(limit - rows.len());
        let cut_offs: Vec<_> = cut_offs.collect();
        let mut undo = Vec::new();
        rows.into_iter().for_each(|id| self.put(id, None, &mut undo));
        cut_offs.into_iter().for_each(|person| self.put_cut(person, None, &mut undo));
        undo.len()
    }

    /// Undoes changes, the last one first.
    pub(super) fn undo(&mut self, changed: Vec<Before>) {
        let mut dropped = Vec::new();
        for before in changed.into_iter().rev() {
            match before {
                Before::Row(id, row) => self.put(id, row.map(|row| *row), &mut dropped),
                Before::CutOff(person, cut) => self.put_cut(person, cut.map(|cut| cut.0), &mut dropped),
            }
        }
    }

    fn put(&mut self, id: SessionId, row: Option<Row>, undo: &mut Vec<Before>) {
        let (key, person) = (id.to_bytes(), row.as_ref().and_then(|row| row.person));
        let before = match row {
            Some(row) => self.by_id.insert(key, row),
            None => self.by_id.remove(&key),
        };
        let place = |row: &Row| row.ended_at.map(|_| row.place);
        before.as_ref().and_then(place).map(|place| self.feed.remove(&place));
        self.feed.extend(self.by_id.get(&key).and_then(place).map(|place| (place, Told::Ended(id))));
        let was = before.as_ref().and_then(|row| row.person);
        if was != person {
            was.into_iter().for_each(|was| self.forget(was, id));
            let theirs = person.map(|person| self.persons.entry(person.to_bytes()).or_default());
            theirs.into_iter().for_each(|ids| ids.push(id));
        }
        undo.push(Before::Row(id, before.map(Box::new)));
    }

    fn forget(&mut self, person: PersonId, id: SessionId) {
        let Some(ids) = self.persons.get_mut(&person.to_bytes()) else { return };
        ids.retain(|it| *it != id);
        if ids.is_empty() {
            self.persons.remove(&person.to_bytes());
        }
    }

    fn put_cut(&mut self, person: PersonId, cut: Option<Cut>, undo: &mut Vec<Before>) {
        let before = match cut {
            Some(cut) => self.cut_offs.insert(person.to_bytes(), cut),
            None => self.cut_offs.remove(&person.to_bytes()),
        };
        before.and_then(|before| self.feed.remove(&before.place));
        self.feed.extend(cut.map(|cut| (cut.place, Told::CutOff(person))));
        undo.push(Before::CutOff(person, before.map(BeforeCut)));
    }
}

impl Row {
    /// The row of a sign-in that lives until `until`.
    pub(super) const fn new(sign_in: SignInRow, person: Option<PersonId>, until: Timestamp) -> Self {
        Self { sign_in, person, ended_at: None, until, place: 0 }
    }

    /// The row of a sign-in that the store has not heard of.
    pub(super) fn unknown(id: SessionId, person: Option<PersonId>, until: Timestamp) -> Self {
        let at = Timestamp::default();
        let sign_in =
            SignInRow { id, first: id, started_at: at, sealed_at: at, seen_at: at, label: Vec::new() };
        Self::new(sign_in, person, until)
    }

    pub(super) fn has_ended(&self, now: Timestamp) -> bool {
        self.ended_at.is_some_and(|at| at <= now)
    }

    /// True if it is not over, has not ended and was sealed after the person's cut-off.
    pub(super) fn is_alive(&self, now: Timestamp, cut: Option<Timestamp>) -> bool {
        !self.has_ended(now) && now < self.until && cut < Some(self.sign_in.sealed_at)
    }
}
