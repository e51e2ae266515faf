//! The meaning of each operation on sign-ins, in a table in memory.

use std::sync::atomic::{AtomicU64, Ordering};

use super::op::Op;
use super::sign_in::{CutOff, Ended, Feed, SignInRow};
use super::sign_in_rows::{Before, Row, Rows, Told};
use crate::Timestamp;
use crate::token::{PersonId, SessionId};

/// The sign-ins of a store that keeps them in memory, and their ends. [`MemoryStore`](super::MemoryStore) has one, and a store of
/// your own may have one beside its records.
#[derive(Clone, Debug)]
pub struct SignInTable {
    /// Tells one table's marks from another's.
    number: u64,
    rows: Rows,
}

/// The condition of an operation does not hold.
pub(super) struct Conflict;

impl SignInTable {
    /// An empty table.
    pub fn new() -> Self {
        Self { number: NUMBER.fetch_add(1, Ordering::Relaxed), rows: Rows::default() }
    }

    /// Carries out one operation by the store's clock; returns the time to answer. If the operation's condition does not hold, it
    /// returns `None` and changes nothing. Records are the caller's part, also with [`Op::Erase`].
    pub fn apply(&mut self, operation: &Op, now: Timestamp) -> Option<Timestamp> {
        let mut undo = Vec::new();
        match self.step(operation, now, &mut undo) {
            Ok(at) => Some(at),
            Err(Conflict) => {
                self.rows.undo(undo);
                None
            }
        }
    }

    /// The answer to [`Store::sign_ins`](super::Store::sign_ins).
    pub fn sign_ins(&self, person: PersonId, now: Timestamp) -> Vec<SignInRow> {
        let cut = self.rows.cut_at(person);
        let rows = self.rows.of(person).filter(|row| row.ended_at.is_none() && row.is_alive(now, cut));
        rows.map(|row| row.sign_in.clone()).collect()
    }

    /// The answer to [`Store::feed`](super::Store::feed).
    pub fn feed(&self, mark: &[u8]) -> Feed {
        let from = self.place(mark);
        let mut feed = Feed { is_anew: from.is_none(), ..Feed::default() };
        let mut last = from.unwrap_or_default();
        let mut rest = self.rows.told_after(last);
        for (place, told) in rest.by_ref().take(PAGE) {
            last = place;
            match told {
                Told::Ended(id) => feed.ended.extend(self.rows.ended(id)),
                Told::CutOff(person) => feed.cut_offs.extend(self.rows.cut_off(person)),
            }
        }
        feed.has_more = rest.next().is_some();
        feed.mark = [self.number.to_be_bytes(), last.to_be_bytes()].concat();
        feed
    }

    /// The place in the feed that a mark of this table names.
    fn place(&self, mark: &[u8]) -> Option<u64> {
        let (number, place) = mark.split_first_chunk()?;
        let place = u64::from_be_bytes(place.try_into().ok()?);
        (u64::from_be_bytes(*number) == self.number && place <= self.rows.last).then_some(place)
    }

    /// Removes up to `limit` rows whose lifetime ended more than an hour ago; returns their number.
    pub fn purge(&mut self, limit: u32, now: Timestamp) -> u32 {
        let over = Timestamp::from_unix(now.unix().saturating_sub(KEPT_ON));
        u32::try_from(self.rows.sweep(limit as usize, over)).unwrap_or(u32::MAX)
    }

    /// Bytes of memory, about.
    pub(super) fn octets(&self) -> usize {
        self.rows.len() * A_ROW
    }

    pub(super) fn undo(&mut self, changed: Vec<Before>) {
        self.rows.undo(changed);
    }

    /// Carries out one operation. Changes before a conflict are in `undo`.
    pub(super) fn step(
        &mut self,
        operation: &Op,
        now: Timestamp,
        undo: &mut Vec<Before>,
    ) -> Result<Timestamp, Conflict> {
        match operation {
            Op::Enter { .. } => return self.enter(operation, now, undo),
            Op::End { id, person, lifetime } => self.end(*id, *person, now.plus(*lifetime), now, undo),
            Op::EndFirst { first, person } => {
                let cut = self.rows.cut_at(*person);
                let is_it = |row: &&Row| row.sign_in.first == *first && row.is_alive(now, cut);
                if self.end_all(*person, is_it, now, undo) == 0 {
                    return Err(Conflict);
                }
            }
            Op::CutOff { person, lifetime } => {
                self.cut_off(*person, now, now.plus(*lifetime), now, undo)?;
            }
            Op::Erase { person, lifetime } => {
                self.cut_off(*person, now, now.plus(*lifetime), now, undo)?;
                let ids: Vec<_> = self.rows.of(*person).map(|row| row.sign_in.id).collect();
                ids.into_iter().for_each(|id| self.rows.remove(id, undo));
            }
            Op::Seen { id, person, ago } => {
                let at = Timestamp::from_unix(now.unix().saturating_sub(*ago));
                self.change(*id, *person, now, undo, |it| it.seen_at = it.seen_at.max(at));
            }
            Op::Label { id, person, label } => {
                self.change(*id, *person, now, undo, |it| it.label.clone_from(label));
            }
            Op::PutBack { ended, cut_offs } => self.put_back(ended, cut_offs, undo),
            Op::Insert { .. } | Op::Replace { .. } | Op::Remove { .. } => {}
        }
        Ok(now)
    }

    fn enter(
        &mut self,
        operation: &Op,
        now: Timestamp,
        undo: &mut Vec<Before>,
    ) -> Result<Timestamp, Conflict> {
        let Op::Enter { id, person, renews, cuts_off, started_at, lifetime, label } = operation else {
            return Ok(now);
        };
        let (id, person, until) = (*id, *person, now.plus(*lifetime));
        let was = renews.map(|(was, _)| was);
        if renews.is_some_and(|renewed| self.is_dead(renewed, person, now)) || self.rows.get(id).is_some() {
            return Err(Conflict);
        }
        let old = was.and_then(|was| self.rows.get(was)).cloned();
        let renewed_at = renews.map(|(_, sealed_at)| sealed_at).unwrap_or_default();
        if let Some(lifetime) = cuts_off {
            self.cut_off(person, renewed_at, now.plus(*lifetime), now, undo)?;
        }
        let cut = self.rows.cut_at(person).map(|cut| cut.plus(1)).unwrap_or_default();
        let sealed_at = now.max(cut).max(renewed_at);
        if sealed_at > now.plus(Op::MOST_AHEAD) {
            return Err(Conflict);
        }
        let first = old.as_ref().map(|old| old.sign_in.first).or(was).unwrap_or(id);
        let kept = || old.as_ref().map(|old| old.sign_in.label.clone()).unwrap_or_default();
        let label = label.clone().unwrap_or_else(kept);
        let sign_in = SignInRow { id, first, started_at: *started_at, sealed_at, seen_at: sealed_at, label };
        if let Some(was) = was {
            let dying = old.unwrap_or_else(|| Row::unknown(was, Some(person), until));
            self.rows.end(dying, now.plus(Op::GRACE), undo);
        }
        self.rows.enter(Row::new(sign_in, Some(person), until), undo);
        Ok(sealed_at)
    }

    /// True if the identity has ended, or was sealed at or before its person's cut-off.
    fn is_dead(&self, (id, sealed_at): (SessionId, Timestamp), person: PersonId, now: Timestamp) -> bool {
        self.rows.get(id).is_some_and(|row| row.has_ended(now)) || self.rows.cut_at(person) >= Some(sealed_at)
    }

    fn end(
        &mut self,
        id: SessionId,
        person: PersonId,
        until: Timestamp,
        now: Timestamp,
        undo: &mut Vec<Before>,
    ) {
        let found = self.rows.get(id).map(|row| row.sign_in.first);
        if found.is_none() {
            self.rows.end(Row::unknown(id, Some(person), until), now, undo);
        }
        let first = found.unwrap_or(id);
        self.end_all(person, |row| row.sign_in.first == first && !row.has_ended(now), now, undo);
    }

    /// Ends the rows of a person for which `which` is true; returns their number.
    fn end_all(
        &mut self,
        person: PersonId,
        which: impl Fn(&&Row) -> bool,
        now: Timestamp,
        undo: &mut Vec<Before>,
    ) -> usize {
        let ending: Vec<Row> = self.rows.of(person).filter(which).cloned().collect();
        let number = ending.len();
        ending.into_iter().for_each(|row| self.rows.end(row, now, undo));
        number
    }

    fn cut_off(
        &mut self,
        person: PersonId,
        at_least: Timestamp,
        until: Timestamp,
        now: Timestamp,
        undo: &mut Vec<Before>,
    ) -> Result<(), Conflict> {
        let sealed_at = self.rows.of(person).map(|row| row.sign_in.sealed_at).max();
        let next = self.rows.cut_at(person).map(|cut| cut.plus(1));
        let at = now.max(at_least).max(sealed_at.unwrap_or_default()).max(next.unwrap_or_default());
        if at > now.plus(Op::MOST_AHEAD) {
            return Err(Conflict);
        }
        self.rows.cut(person, at, until, undo);
        Ok(())
    }

    /// Changes a row of this person if it lives.
    fn change(
        &mut self,
        id: SessionId,
        person: PersonId,
        now: Timestamp,
        undo: &mut Vec<Before>,
        change: impl FnOnce(&mut SignInRow),
    ) {
        let row = self.rows.get(id);
        let theirs = row.filter(|row| row.person == Some(person) && row.ended_at.is_none_or(|at| at > now));
        if let Some(mut row) = theirs.cloned() {
            change(&mut row.sign_in);
            self.rows.enter(row, undo);
        }
    }

    fn put_back(&mut self, ended: &[Ended], cut_offs: &[CutOff], undo: &mut Vec<Before>) {
        for it in ended {
            let row = self.rows.get(it.id).cloned();
            let mut row = row.unwrap_or_else(|| Row::unknown(it.id, None, it.until));
            row.until = row.until.max(it.until);
            self.rows.end(row, it.at, undo);
        }
        for it in cut_offs {
            if self.rows.cut_at(it.person) < Some(it.at) {
                self.rows.cut(it.person, it.at, it.until, undo);
            }
        }
    }
}

impl Default for SignInTable {
    fn default() -> Self {
        Self::new()
    }
}

static NUMBER: AtomicU64 = AtomicU64::new(1);
/// Rows in a page of the feed.
const PAGE: usize = 20_000;
/// Seconds for which a row is kept after its end.
const KEPT_ON: u64 = 3600;
/// Bytes of a row, its places in the other maps and what allocations cost.
const A_ROW: usize = 320;
