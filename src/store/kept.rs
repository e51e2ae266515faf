//! The content of a memory store, and its changes: all operations of a response or none.

use std::collections::HashMap;

use super::op::{Applied, Op};
use super::record::Record;
use super::sign_in_table::{Conflict, SignInTable};
use crate::Timestamp;
use crate::token::{PersonId, RecordId};

/// The records, divided by their ids into parts: a part grows, and is swept, in microseconds.
pub(super) struct Kept {
    parts: Box<[HashMap<[u8; 16], Entry>]>,
    /// Bytes of memory.
    used: usize,
    writes: usize,
    /// Records that were swept.
    pub(super) removed: u64,
    /// The last time when everything was swept for room.
    swept: Timestamp,
    pub(super) sign_ins: SignInTable,
}

/// A record: 24 bytes beside its id, and one allocation.
struct Entry {
    version: u32,
    /// Seconds since 1970.
    ends: u32,
    /// A 1 and the owner's id, or a 0; then the record's bytes.
    owned: Box<[u8]>,
}

/// An id, and its entry before an operation.
type Before = ([u8; 16], Option<Entry>);

impl Kept {
    pub(super) const PARTS: usize = 256;

    pub(super) fn record(&self, id: RecordId) -> Option<Record> {
        self.find(&id.to_bytes()).map(|entry| Record { version: entry.version, bytes: entry.bytes().into() })
    }

    /// Carries out the operations; returns the outcome and the time to answer, or `None` if they need more than `room`.
    pub(super) fn apply(
        &mut self,
        operations: &[Op],
        now: Timestamp,
        room: usize,
    ) -> Option<(Applied, Timestamp)> {
        self.tidy(now);
        let before = self.octets();
        let (mut undo, mut undo_sign_ins, mut at) = (Vec::new(), Vec::new(), now);
        let mut conflict = None;
        for (index, operation) in operations.iter().enumerate() {
            let done = match operation {
                Op::Insert { .. } | Op::Replace { .. } | Op::Remove { .. } => {
                    self.step(operation, now).map(|changed| undo.extend(changed))
                }
                _ => self.sign_ins.step(operation, now, &mut undo_sign_ins).map(|time| at = at.max(time)),
            };
            if done.is_err() {
                conflict = Some(Applied::Conflict(index));
                break;
            }
            if let Op::Erase { person, .. } = operation {
                self.erase(*person, &mut undo);
            }
        }
        let writes = |op: &Op| matches!(op, Op::Insert { .. } | Op::Replace { .. } | Op::Enter { .. });
        let grew = self.octets() > before && operations.iter().any(writes);
        let is_full = conflict.is_none() && grew && self.octets() > room && !self.make_room(now, room);
        if is_full || conflict.is_some() {
            self.undo(undo);
            self.sign_ins.undo(undo_sign_ins);
        }
        (!is_full).then(|| conflict.map_or((Applied::Done, at), |conflict| (conflict, now)))
    }

    fn octets(&self) -> usize {
        self.used + self.sign_ins.octets()
    }

    /// Removes the records of a person, in all parts.
    fn erase(&mut self, person: PersonId, undo: &mut Vec<Before>) {
        let all = self.parts.iter().flatten();
        let theirs = all.filter(|(_, entry)| entry.owner() == Some(person)).map(|(id, _)| *id);
        let theirs: Vec<_> = theirs.collect();
        undo.extend(theirs.into_iter().map(|id| (id, self.put(id, None))));
    }

    /// Removes up to `limit` of a part's records that ended more than an hour ago.
    pub(super) fn sweep(&mut self, part: usize, now: Timestamp, limit: u32) -> u32 {
        let Some(part) = self.parts.get_mut(part % Self::PARTS) else { return 0 };
        let ended = part.extract_if(|_, entry| now.unix() > u64::from(entry.ends) + KEPT_ON);
        let mut removed = 0;
        for (_, entry) in ended.take(limit as usize) {
            self.used -= entry.size();
            removed += 1;
        }
        self.removed += u64::from(removed);
        if part.len() < part.capacity() / 4 {
            part.shrink_to_fit();
        }
        removed
    }

    fn step(&mut self, operation: &Op, now: Timestamp) -> Result<Option<Before>, Conflict> {
        let (id, entry) = match operation {
            Op::Insert { id, owner, lifetime, record } => {
                let is_new = self.find(&id.to_bytes()).is_none();
                (id, is_new.then(|| Entry::new(*owner, record, now.plus(*lifetime))))
            }
            Op::Replace { id, was, owner, lifetime, record } => {
                let is_it = self.find(&id.to_bytes()).is_some_and(|entry| entry.version == *was);
                (id, is_it.then(|| Entry::new(*owner, record, now.plus(*lifetime))))
            }
            Op::Remove { id, owner } => {
                let id = id.to_bytes();
                let is_theirs = self.find(&id).is_some_and(|entry| entry.owner() == *owner);
                return Ok(is_theirs.then(|| (id, self.put(id, None))));
            }
            _ => return Ok(None),
        };
        let (id, entry) = (id.to_bytes(), entry.ok_or(Conflict)?);
        Ok(Some((id, self.put(id, Some(entry)))))
    }

    fn undo(&mut self, changed: Vec<Before>) {
        for (id, before) in changed.into_iter().rev() {
            self.put(id, before);
        }
    }

    /// Removes everything that ended long ago, at most once a second; returns true if there is room now.
    fn make_room(&mut self, now: Timestamp, room: usize) -> bool {
        if self.swept != now {
            self.swept = now;
            for part in 0..Self::PARTS {
                self.sweep(part, now, u32::MAX);
            }
            self.sign_ins.purge(u32::MAX, now);
        }
        self.octets() <= room
    }

    /// Sweeps the next part with every 64th write, and all sign-ins after a round of all parts.
    fn tidy(&mut self, now: Timestamp) {
        self.writes = self.writes.wrapping_add(1);
        if self.writes.is_multiple_of(WRITES_A_PART) {
            self.sweep(self.writes / WRITES_A_PART, now, u32::MAX);
        }
        if self.writes.is_multiple_of(WRITES_A_PART * Self::PARTS) {
            self.sign_ins.purge(u32::MAX, now);
        }
    }

    fn find(&self, id: &[u8; 16]) -> Option<&Entry> {
        self.parts.get(part_of(id))?.get(id)
    }

    /// Puts or removes an entry; returns the one that was there before.
    fn put(&mut self, id: [u8; 16], entry: Option<Entry>) -> Option<Entry> {
        let part = self.parts.get_mut(part_of(&id))?;
        let size = entry.as_ref().map_or(0, Entry::size);
        let before = match entry {
            Some(entry) => part.insert(id, entry),
            None => part.remove(&id),
        };
        self.used = self.used + size - before.as_ref().map_or(0, Entry::size);
        before
    }
}

/// The part of an id is its first byte: ids are random, and so is that byte.
fn part_of(id: &[u8; 16]) -> usize {
    let [first, ..] = id;
    usize::from(*first) % Kept::PARTS
}

impl Entry {
    fn new(owner: Option<PersonId>, record: &Record, ends: Timestamp) -> Self {
        let mut owned = Vec::with_capacity(17 + record.bytes.len());
        owned.push(u8::from(owner.is_some()));
        owner.iter().for_each(|owner| owned.extend(owner.to_bytes()));
        owned.extend(&record.bytes);
        let ends = u32::try_from(ends.unix()).unwrap_or(u32::MAX);
        Self { version: record.version, ends, owned: owned.into() }
    }

    fn owner(&self) -> Option<PersonId> {
        let (_, rest) = self.owned.split_first().filter(|(is_owned, _)| **is_owned == 1)?;
        rest.first_chunk().copied().map(PersonId::from_bytes)
    }

    fn bytes(&self) -> &[u8] {
        let head = if self.owner().is_some() { 17 } else { 1 };
        self.owned.get(head..).unwrap_or_default()
    }

    /// Bytes of memory: its own, its share of the table, and the cost of an allocation.
    fn size(&self) -> usize {
        self.owned.len() + OVERHEAD
    }
}

impl Default for Kept {
    fn default() -> Self {
        let parts = (0..Self::PARTS).map(|_| HashMap::new()).collect();
        let sign_ins = SignInTable::new();
        Self { parts, used: 0, writes: 0, removed: 0, swept: Timestamp::default(), sign_ins }
    }
}

/// 40 bytes and a byte of the table, which is half empty at worst; 16 bytes of the allocator.
const OVERHEAD: usize = 108;
/// Seconds for which a record is kept after its end.
const KEPT_ON: u64 = 3600;
/// A part is swept with every so many writes, so everything within 16,384.
const WRITES_A_PART: usize = 64;
