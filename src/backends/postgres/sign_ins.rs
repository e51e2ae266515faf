//! The statements of sign-ins, as texts like those of sessions. A cut-off is a row too, named by the person: it has no first
//! sign-in, and its end is its time.
//!
//! Each statement returns one row: the number of its operation, whether that was done, and a time. So all operations of a
//! response go in one round trip, and a second one ends the transaction, as the outcome requires.

use std::collections::BTreeSet;

use super::sessions::{self, BEGIN, hex};
use crate::Timestamp;
use crate::store::{CutOff, Ended, Op, SignInRow};
use crate::token::{PersonId, SessionId};

/// Begins a transaction and carries out operations in it, in order: each sees the effects of those before.
///
/// The persons are locked first, and then the records, each in the same order everywhere. So nothing changes any more between a
/// condition and its consequence.
pub(super) fn apply(store: &str, operations: &[Op]) -> String {
    let mut text = BEGIN.to_owned();
    let puts_back = operations.iter().any(|operation| matches!(operation, Op::PutBack { .. }));
    let shared = if puts_back { "" } else { "_shared" };
    text += &format!("SELECT pg_advisory_xact_lock{shared}(hashtext('{TABLE}'), hashtext('{store}')); ");
    let persons: BTreeSet<[u8; 16]> =
        operations.iter().filter_map(Op::person).map(PersonId::to_bytes).collect();
    for person in persons {
        text +=
            &format!("SELECT pg_advisory_xact_lock(hashtext('{store}'), hashtext({}::text)); ", hex(&person));
    }
    let records: Vec<_> = operations.iter().filter_map(Op::record_id).map(|id| hex(&id.to_bytes())).collect();
    if !records.is_empty() {
        text += &sessions::lock(store, &records);
    }
    for (index, operation) in operations.iter().enumerate() {
        let step = Step { store, index };
        if operation.record_id().is_some() {
            text += &sessions::step(store, operation, &format!("{index}::bigint, "));
            text += "; ";
        } else {
            text += &step.carry_out(operation);
        }
    }
    if operations.iter().any(ends) {
        text += &format!("SELECT pg_notify('{CHANNEL}', '{store}')");
    }
    text
}

/// True if the operation may end something.
const fn ends(operation: &Op) -> bool {
    match operation {
        Op::Enter { renews, cuts_off, .. } => renews.is_some() || cuts_off.is_some(),
        Op::End { .. } | Op::EndFirst { .. } | Op::CutOff { .. } | Op::Erase { .. } | Op::PutBack { .. } => {
            true
        }
        _ => false,
    }
}

/// An operation of a transaction.
struct Step<'a> {
    store: &'a str,
    index: usize,
}

impl Step<'_> {
    fn carry_out(&self, operation: &Op) -> String {
        match operation {
            Op::Enter { .. } => self.enter(operation),
            Op::End { id, person, lifetime } => self.end(*id, *person, *lifetime),
            Op::EndFirst { first, person } => self.end_first(*first, *person),
            Op::CutOff { person, lifetime } => self.cut_off(*person, Timestamp::default(), *lifetime),
            Op::Erase { person, lifetime } => {
                let hers = hex(&person.to_bytes());
                let store = self.store;
                let rows = format!("DELETE FROM {TABLE} WHERE store = '{store}' AND person = {hers}");
                let records =
                    format!("DELETE FROM gingersnap_sessions WHERE store = '{store}' AND owner = {hers}");
                [
                    self.cut_off(*person, Timestamp::default(), *lifetime),
                    self.in_any_case(&rows),
                    self.in_any_case(&records),
                ]
                .concat()
            }
            Op::Seen { id, person, ago } => {
                self.change(*id, *person, &format!("seen_at = greatest(seen_at, {NOW} - {ago})"))
            }
            Op::Label { id, person, label } => self.change(*id, *person, &format!("label = {}", hex(label))),
            Op::PutBack { ended, cut_offs } => self.put_back(ended, cut_offs),
            Op::Insert { .. } | Op::Replace { .. } | Op::Remove { .. } => String::new(),
        }
    }

    /// A renewal keeps its first sign-in, and its label unless there is another.
    fn enter(&self, operation: &Op) -> String {
        let Op::Enter { id, person, renews, cuts_off, started_at, lifetime, label } = operation else {
            return String::new();
        };
        let (store, index, cut) = (self.store, self.index, self.cut(*person));
        let was = renews.map(|(was, _)| was);
        let mut text = String::new();
        if let Some((was, sealed_at)) = renews {
            text += &format!(
                "SELECT {index}::bigint, (NOT EXISTS ({} AND ended_at <= {NOW}) \
                 AND coalesce({cut} < {sealed_at}, true))::int::bigint, 0::bigint; ",
                self.row(*was)
            );
        }
        let renewed_at = renews.map(|(_, sealed_at)| sealed_at).unwrap_or_default();
        text += &cuts_off.map(|lifetime| self.cut_off(*person, renewed_at, lifetime)).unwrap_or_default();
        let (old, until) = (hex(&was.unwrap_or(*id).to_bytes()), until(*lifetime));
        let label = label.as_ref().map_or_else(|| "NULL::bytea".into(), |label| hex(label));
        text += &format!(
            "WITH done AS (INSERT INTO {TABLE} AS it \
             (store, id, first, person, started_at, sealed_at, seen_at, label, expires_at) \
             SELECT '{store}', {}, coalesce(old.first, {old}), {}, {started_at}, sealing.at, sealing.at, \
             coalesce({label}, old.label, ''::bytea), {until} \
             FROM (SELECT greatest({NOW}, coalesce({cut} + 1, 0), {renewed_at}) AS at) AS sealing \
             LEFT JOIN {TABLE} AS old ON old.store = '{store}' AND old.id = {old} WHERE sealing.at <= {NOW} + {} \
             ON CONFLICT DO NOTHING RETURNING it.sealed_at) \
             SELECT {index}::bigint, count(*), coalesce(max(sealed_at), 0) FROM done; ",
            hex(&id.to_bytes()),
            hex(&person.to_bytes()),
            Op::MOST_AHEAD
        );
        if let Some(was) = was {
            text += &self.end_one(was, Some(*person), &format!("{NOW} + {}", Op::GRACE), &until);
        }
        text
    }

    fn end(&self, id: SessionId, person: PersonId, lifetime: u64) -> String {
        let first = format!("(SELECT it.first FROM ({}) AS it)", self.row(id));
        let all = format!("{} AND (ended_at IS NULL OR ended_at > {NOW})", self.end_all(&first, person));
        // Once a sign-in has a row, this leaves nothing to be ended.
        self.in_any_case(&all) + &self.end_one(id, Some(person), NOW, &until(lifetime))
    }

    fn end_first(&self, first: SessionId, person: PersonId) -> String {
        let all = self.end_all(&hex(&first.to_bytes()), person);
        let (index, cut) = (self.index, self.cut(person));
        format!(
            "WITH done AS ({all} AND (ended_at IS NULL OR ended_at > {NOW}) AND sealed_at > coalesce({cut}, -1) \
             AND expires_at > {NOW} RETURNING 1) SELECT {index}::bigint, (count(*) > 0)::int::bigint, 0::bigint FROM done; "
        )
    }

    /// Ends a person's sign-ins that go on from this one; a condition may follow.
    fn end_all(&self, first: &str, person: PersonId) -> String {
        let (store, person) = (self.store, hex(&person.to_bytes()));
        format!(
            "UPDATE {TABLE} SET ended_at = {NOW}, changed = txid_current() \
             WHERE store = '{store}' AND person = {person} AND first = {first}"
        )
    }

    /// Ends a sign-in at a time, unless it ends earlier; makes a row if there is none.
    fn end_one(&self, id: SessionId, person: Option<PersonId>, at: &str, until: &str) -> String {
        let (store, id) = (self.store, hex(&id.to_bytes()));
        let person = person.map_or_else(|| "NULL::bytea".into(), |person| hex(&person.to_bytes()));
        self.in_any_case(&format!(
            "INSERT INTO {TABLE} AS it \
             (store, id, first, person, started_at, sealed_at, seen_at, label, ended_at, expires_at, changed) \
             VALUES ('{store}', {id}, {id}, {person}, 0, 0, 0, ''::bytea, {at}, {until}, txid_current()) \
             ON CONFLICT (store, id) DO UPDATE SET ended_at = excluded.ended_at, changed = excluded.changed, \
             expires_at = greatest(it.expires_at, excluded.expires_at) \
             WHERE it.ended_at IS NULL OR it.ended_at > excluded.ended_at"
        ))
    }

    fn cut_off(&self, person: PersonId, at_least: Timestamp, lifetime: u64) -> String {
        let (store, cut) = (self.store, self.cut(person));
        let sealed = format!(
            "(SELECT max(sealed_at) FROM {TABLE} WHERE store = '{store}' AND person = {})",
            hex(&person.to_bytes())
        );
        let at = format!("greatest({NOW}, coalesce({cut} + 1, 0), coalesce({sealed}, 0), {at_least})");
        let cut = self.cut_at(person, &at, &until(lifetime));
        let (index, ahead) = (self.index, Op::MOST_AHEAD);
        format!(
            "WITH done AS ({cut} WHERE cutting.at <= {NOW} + {ahead} {CUT_AGAIN} RETURNING 1) SELECT {index}::bigint, count(*), 0::bigint FROM done; "
        )
    }

    /// Cuts a person off; a condition may follow.
    fn cut_at(&self, person: PersonId, at: &str, until: &str) -> String {
        let (store, person) = (self.store, hex(&person.to_bytes()));
        format!(
            "INSERT INTO {TABLE} AS it (store, id, started_at, sealed_at, seen_at, label, ended_at, expires_at, changed) \
             SELECT '{store}', {person}, 0, 0, 0, ''::bytea, cutting.at, {until}, txid_current() FROM (SELECT {at} AS at) AS cutting"
        )
    }

    /// Changes a sign-in of this person if it lives.
    fn change(&self, id: SessionId, person: PersonId, change: &str) -> String {
        let (store, id, person) = (self.store, hex(&id.to_bytes()), hex(&person.to_bytes()));
        self.in_any_case(&format!(
            "UPDATE {TABLE} SET {change} WHERE store = '{store}' AND id = {id} AND person = {person} \
             AND (ended_at IS NULL OR ended_at > {NOW})"
        ))
    }

    fn put_back(&self, ended: &[Ended], cut_offs: &[CutOff]) -> String {
        let ended =
            ended.iter().map(|it| self.end_one(it.id, None, &it.at.to_string(), &it.until.to_string()));
        let cut_offs = cut_offs.iter().map(|it| {
            let cut = self.cut_at(it.person, &format!("{}::bigint", it.at), &it.until.to_string());
            self.in_any_case(&format!("{cut} WHERE true {CUT_AGAIN} WHERE it.ended_at < excluded.ended_at"))
        });
        ended.chain(cut_offs).collect()
    }

    /// A statement that cannot conflict.
    fn in_any_case(&self, statement: &str) -> String {
        let index = self.index;
        format!(
            "WITH done AS ({statement} RETURNING 1) SELECT {index}::bigint, 1::bigint, 0::bigint FROM (SELECT count(*) FROM done) AS one; "
        )
    }

    /// The row of a sign-in.
    fn row(&self, id: SessionId) -> String {
        let (store, id) = (self.store, hex(&id.to_bytes()));
        format!("SELECT first FROM {TABLE} WHERE store = '{store}' AND id = {id} AND first IS NOT NULL")
    }

    /// The time of a person's cut-off, or null.
    fn cut(&self, person: PersonId) -> String {
        let (store, person) = (self.store, hex(&person.to_bytes()));
        format!("(SELECT ended_at FROM {TABLE} WHERE store = '{store}' AND id = {person} AND first IS NULL)")
    }
}

/// The sign-ins of a person that live, as one row of hexadecimal digits, and the time.
pub(super) fn list(store: &str, person: PersonId) -> String {
    let (person, cut) = (hex(&person.to_bytes()), Step { store, index: 0 }.cut(person));
    format!(
        "{BEGIN}SELECT {NOW}, encode(coalesce(string_agg(id || first || int8send(started_at) || int8send(sealed_at) || \
         int8send(seen_at) || int4send(length(label)) || label, ''::bytea), ''::bytea), 'hex') FROM {TABLE} \
         WHERE store = '{store}' AND person = {person} AND first IS NOT NULL AND ended_at IS NULL \
         AND expires_at > {NOW} AND sealed_at > coalesce({cut}, -1); COMMIT"
    )
}

/// Reads the bytes of [`list`].
pub(super) fn listed(mut bytes: &[u8]) -> Option<Vec<SignInRow>> {
    let mut rows = Vec::new();
    while !bytes.is_empty() {
        let (id, rest) = bytes.split_first_chunk()?;
        let (first, rest) = rest.split_first_chunk()?;
        let (times, rest) = rest.split_at_checked(24)?;
        let (length, rest) = rest.split_first_chunk()?;
        let (label, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        let (times, _) = times.as_chunks();
        let [started_at, sealed_at, seen_at] = times.try_into().ok()?;
        let time = |bytes| Timestamp::from_unix(u64::from_be_bytes(bytes));
        rows.push(SignInRow {
            id: SessionId::from_bytes(*id),
            first: SessionId::from_bytes(*first),
            started_at: time(started_at),
            sealed_at: time(sealed_at),
            seen_at: time(seen_at),
            label: label.to_vec(),
        });
        bytes = rest;
    }
    Some(rows)
}

/// Removes some rows that ended more than an hour ago: returns their number and the time.
pub(super) fn purge(store: &str, limit: u32) -> String {
    format!(
        "{BEGIN}WITH past AS (SELECT id FROM {TABLE} WHERE store = '{store}' AND expires_at < {NOW} - 3600 \
         ORDER BY expires_at LIMIT {limit} FOR UPDATE SKIP LOCKED), \
         done AS (DELETE FROM {TABLE} WHERE store = '{store}' AND id IN (SELECT id FROM past) RETURNING 1) \
         SELECT count(*), {NOW} FROM done; COMMIT"
    )
}

fn until(lifetime: u64) -> String {
    format!("{NOW} + {}", lifetime.min(sessions::LONGEST))
}

const TABLE: &str = "gingersnap_sign_ins";
/// The channel that each transaction notifies, with the store's name, if it may have ended something.
pub(super) const CHANNEL: &str = "gingersnap_sign_ins";
const NOW: &str = "floor(extract(epoch FROM clock_timestamp()))::bigint";
const CUT_AGAIN: &str = "ON CONFLICT (store, id) DO UPDATE SET ended_at = excluded.ended_at, changed = excluded.changed, \
     expires_at = greatest(it.expires_at, excluded.expires_at)";
pub(super) const TABLES: &str = "\
    CREATE TABLE IF NOT EXISTS gingersnap_sign_ins (\
        store text NOT NULL, id bytea NOT NULL, first bytea, person bytea, started_at bigint NOT NULL, \
        sealed_at bigint NOT NULL, seen_at bigint NOT NULL, label bytea NOT NULL, ended_at bigint, \
        expires_at bigint NOT NULL, changed bigint, PRIMARY KEY (store, id)); \
    CREATE INDEX IF NOT EXISTS gingersnap_sign_ins_person ON gingersnap_sign_ins (store, person) \
        WHERE person IS NOT NULL; \
    CREATE INDEX IF NOT EXISTS gingersnap_sign_ins_expire ON gingersnap_sign_ins (store, expires_at); \
    CREATE INDEX IF NOT EXISTS gingersnap_sign_ins_changed ON gingersnap_sign_ins (store, changed, id) \
        WHERE changed IS NOT NULL";
