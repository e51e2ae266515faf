//! The statements of sessions. The connection keeps each of them prepared.

use rusqlite::{Connection, Result, params};

use crate::store::{Applied, Op, Record, RecordId};
use crate::token::PersonId;

/// The file's time, in seconds.
pub(super) fn time(connection: &Connection) -> Result<u64> {
    connection.prepare_cached("SELECT unixepoch()")?.query_row((), |row| row.get(0)).map(unsigned)
}

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

/// Carries out all of the operations, or none of them, within a transaction that others share.
pub(super) fn apply(connection: &Connection, store: &str, operations: &[Op], now: u64) -> Result<Applied> {
    // One statement is all or nothing by itself.
    if let [operation] = operations {
        let holds = carry_out(connection, store, operation, now)?;
        return Ok(if holds { Applied::Done } else { Applied::Conflict(0) });
    }
    run(connection, "SAVEPOINT response")?;
    for (index, operation) in operations.iter().enumerate() {
        if !carry_out(connection, store, operation, now)? {
            run(connection, "ROLLBACK TO response")?;
            run(connection, "RELEASE response")?;
            return Ok(Applied::Conflict(index));
        }
    }
    run(connection, "RELEASE response")?;
    Ok(Applied::Done)
}

/// Returns whether the operation's condition holds; only then something is done.
fn carry_out(connection: &Connection, store: &str, operation: &Op, now: u64) -> Result<bool> {
    let until = |lifetime: u64| i64::try_from(now.saturating_add(lifetime)).unwrap_or(i64::MAX);
    let owner = |owner: &Option<PersonId>| owner.map(PersonId::to_bytes);
    match operation {
        Op::Insert { id, owner: person, lifetime, record } => {
            let mut insert = connection.prepare_cached(INSERT)?;
            let Record { version, bytes } = record;
            insert.execute(params![store, id.to_bytes(), version, owner(person), bytes, until(*lifetime)])
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
            ])
        }
        Op::Remove { id, owner: person } => {
            connection.prepare_cached(REMOVE)?.execute(params![store, id.to_bytes(), owner(person)])?;
            return Ok(true);
        }
    }
    .map(|changed| changed == 1)
}

/// Removes up to `limit` records that ended more than an hour ago; returns their number.
pub(super) fn purge(connection: &Connection, store: &str, limit: u32) -> Result<u32> {
    let removed = connection.prepare_cached(PURGE)?.execute(params![store, limit])?;
    Ok(u32::try_from(removed).unwrap_or(u32::MAX))
}

fn run(connection: &Connection, statement: &str) -> Result<()> {
    connection.prepare_cached(statement)?.execute(()).map(drop)
}

/// A clock before 1970 reads 0.
fn unsigned(seconds: i64) -> u64 {
    seconds.try_into().unwrap_or_default()
}

/// A row in any case, for the time.
const LOAD: &str = "SELECT unixepoch(), version, record FROM (SELECT 1) LEFT JOIN gingersnap_sessions \
     ON store = ?1 AND id = ?2";
const INSERT: &str = "INSERT INTO gingersnap_sessions (store, id, version, owner, record, expires_at) \
     VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
const REPLACE: &str = "UPDATE gingersnap_sessions SET version = ?3, owner = ?4, record = ?5, expires_at = ?6 \
     WHERE store = ?1 AND id = ?2 AND version = ?7";
const REMOVE: &str = "DELETE FROM gingersnap_sessions WHERE store = ?1 AND id = ?2 AND owner IS ?3";
const PURGE: &str = "DELETE FROM gingersnap_sessions WHERE rowid IN \
     (SELECT rowid FROM gingersnap_sessions WHERE store = ?1 AND expires_at < unixepoch() - 3600 LIMIT ?2)";
