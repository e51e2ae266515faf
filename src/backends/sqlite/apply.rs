//! The statements of sessions. The connection keeps each of them prepared.

use rusqlite::{Connection, Result, params};

use super::clock::unsigned;
use super::sign_ins::{self, Step};
use crate::store::{Applied, Op, Record, RecordId};
use crate::token::PersonId;

/// The record of this id, if there is one, and the time.
pub(super) fn load(connection: &Connection, store: &str, id: RecordId) -> Result<(Option<Record>, u64)> {
    connection.prepare_cached(LOAD)?.query_row(params![store, id.to_bytes()], |row| {
        let version: Option<u32> = row.get(1)?;
        let record = match version {
            Some(version) => Some(Record { version, bytes: row.get(2)? }),
            None => None,
        };
        Ok((record, unsigned(row.get(0)?)))
    })
}

/// Carries out all of the operations, or none of them, within a transaction that others share; also returns the time to answer.
pub(super) fn apply(
    connection: &Connection,
    store: &str,
    operations: &[Op],
    now: u64,
) -> Result<(Applied, u64)> {
    let step = Step { connection, store, now };
    // One statement is all or nothing by itself.
    if let [operation @ (Op::Insert { .. } | Op::Replace { .. } | Op::Remove { .. })] = operations {
        let done = carry_out(&step, operation)?;
        return Ok((if done.is_some() { Applied::Done } else { Applied::Conflict(0) }, now));
    }
    run(connection, "SAVEPOINT response")?;
    let mut answered = now;
    for (index, operation) in operations.iter().enumerate() {
        match carry_out(&step, operation)? {
            Some(time) => answered = answered.max(time),
            None => {
                run(connection, "ROLLBACK TO response")?;
                run(connection, "RELEASE response")?;
                return Ok((Applied::Conflict(index), now));
            }
        }
    }
    run(connection, "RELEASE response")?;
    Ok((Applied::Done, answered))
}

/// Returns the time to answer, or `None` if the operation's condition does not hold: then nothing is done.
fn carry_out(step: &Step<'_>, operation: &Op) -> Result<Option<u64>> {
    let Step { connection, store, now } = *step;
    let until = |lifetime: u64| i64::try_from(now.saturating_add(lifetime)).unwrap_or(i64::MAX);
    let owner = |owner: &Option<PersonId>| owner.map(PersonId::to_bytes);
    let changed = match operation {
        Op::Insert { id, owner: person, lifetime, record } => {
            let mut insert = connection.prepare_cached(INSERT)?;
            let Record { version, bytes } = record;
            insert.execute(params![store, id.to_bytes(), version, owner(person), bytes, until(*lifetime)])?
        }
        Op::Replace { id, was, owner: person, lifetime, record } => {
            let mut replace = connection.prepare_cached(REPLACE)?;
            let Record { version, bytes } = record;
            replace.execute(params![
                store,
                id.to_bytes(),
                version,
                owner(person),
                bytes,
                until(*lifetime),
                was
            ])?
        }
        Op::Remove { id, owner: person } => {
            connection.prepare_cached(REMOVE)?.execute(params![store, id.to_bytes(), owner(person)])?;
            1
        }
        _ => return step.carry_out(operation),
    };
    Ok((changed == 1).then_some(now))
}

/// Removes up to `limit` records and sign-ins that ended more than an hour ago; returns their number.
pub(super) fn purge(connection: &Connection, store: &str, limit: u32) -> Result<u32> {
    let removed = connection.prepare_cached(PURGE)?.execute(params![store, limit])?;
    let removed = u32::try_from(removed).unwrap_or(u32::MAX);
    Ok(removed + sign_ins::purge(connection, store, limit.saturating_sub(removed))?)
}

fn run(connection: &Connection, statement: &str) -> Result<()> {
    connection.prepare_cached(statement)?.execute(()).map(drop)
}

/// Always gives a row, for the time.
const LOAD: &str = "SELECT unixepoch(), version, record FROM (SELECT 1) LEFT JOIN gingersnap_sessions \
     ON store = ?1 AND id = ?2";
const INSERT: &str = "INSERT INTO gingersnap_sessions (store, id, version, owner, record, expires_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
const REPLACE: &str = "UPDATE gingersnap_sessions SET version = ?3, owner = ?4, record = ?5, expires_at = ?6 \
     WHERE store = ?1 AND id = ?2 AND version = ?7";
const REMOVE: &str = "DELETE FROM gingersnap_sessions WHERE store = ?1 AND id = ?2 AND owner IS ?3";
const PURGE: &str = "DELETE FROM gingersnap_sessions WHERE rowid IN \
     (SELECT rowid FROM gingersnap_sessions WHERE store = ?1 AND expires_at < unixepoch() - 3600 LIMIT ?2)";
