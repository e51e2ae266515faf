//! What the store has, and what each operation does with it.

use std::collections::HashMap;

use gingersnap::Timestamp;
use gingersnap::store::{Applied, Op, Record, RecordId, SignInTable};
use gingersnap::token::PersonId;

/// A record, its owner, and the end of its lifetime.
type Row = (Record, Option<PersonId>, Timestamp);

#[derive(Clone, Default)]
pub(crate) struct Kept {
    rows: HashMap<RecordId, Row>,
    pub(crate) sign_ins: SignInTable,
}

impl Kept {
    /// Carries out all of these or none; returns the time to answer, too.
    pub(crate) fn apply(&mut self, operations: &[Op], now: Timestamp) -> (Applied, Timestamp) {
        let (mut changed, mut answered) = (self.clone(), now);
        for (index, operation) in operations.iter().enumerate() {
            match changed.carry_out(operation, now) {
                Some(time) => answered = answered.max(time),
                None => return (Applied::Conflict(index), now),
            }
        }
        *self = changed;
        (Applied::Done, answered)
    }

    /// Carries out one operation, and returns the time to answer; `None` is a conflict.
    fn carry_out(&mut self, operation: &Op, now: Timestamp) -> Option<Timestamp> {
        let rows = &mut self.rows;
        match operation.clone() {
            Op::Insert { id, owner, lifetime, record } if !rows.contains_key(&id) => {
                rows.insert(id, (record, owner, now.plus(lifetime)));
            }
            Op::Replace { id, was, owner, lifetime, record } if rows.get(&id)?.0.version == was => {
                rows.insert(id, (record, owner, now.plus(lifetime)));
            }
            Op::Remove { id, owner } => {
                rows.extract_if(|it, row| *it == id && row.1 == owner).for_each(drop);
            }
            Op::Insert { .. } | Op::Replace { .. } => return None,
            Op::Erase { person, .. } => {
                rows.retain(|_, row| row.1 != Some(person));
                return self.sign_ins.apply(operation, now);
            }
            _ => return self.sign_ins.apply(operation, now),
        }
        Some(now)
    }

    pub(crate) fn record(&self, id: RecordId) -> Option<Record> {
        self.rows.get(&id).map(|row| row.0.clone())
    }

    /// Removes at most `limit` of what ended more than an hour ago; returns how much that was.
    pub(crate) fn purge(&mut self, limit: u32, now: Timestamp) -> u32 {
        let ended = self.rows.extract_if(|_, row| row.2.plus(3600) < now).take(limit as usize);
        let removed: u32 = ended.map(|_| 1).sum();
        removed + self.sign_ins.purge(limit - removed, now)
    }
}
