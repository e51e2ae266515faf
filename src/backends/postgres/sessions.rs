//! The statements of sessions: each call is one text, and so one round trip.
//!
//! They use the simple protocol, with their values written out: names of the alphabet that URLs allow, numbers, and bytes as
//! hexadecimal digits. So several operations go in one text, and so do all calls behind a pooler that shares the server's
//! connections. Behind such a pooler a prepared statement may be on another connection, and a statement that is not prepared and
//! has separate parameters takes the client two round trips. Nothing stays behind on a connection, not even the time limit.

use core::fmt::Write as _;
use std::collections::HashSet;

use crate::store::{Op, Record, RecordId};
use crate::token::PersonId;

/// The record and the time: version and bytes are null where there is none.
pub(super) fn load(store: &str, id: RecordId) -> String {
    let id = hex(&id.to_bytes());
    format!(
        "{BEGIN}SELECT {TIME}, version, encode(record, 'hex') FROM (SELECT) AS one \
         LEFT JOIN gingersnap_sessions ON store = '{store}' AND id = {id}; COMMIT"
    )
}

/// One operation: returns whether it was done, as a number, and the time.
pub(super) fn apply_one(store: &str, operation: &Op) -> String {
    format!("{BEGIN}{}; COMMIT", step(store, operation, ""))
}

/// The same within a transaction that [`BEGIN`] began, with other columns before these two.
pub(super) fn step(store: &str, operation: &Op, columns: &str) -> String {
    let done = match operation {
        Op::Insert { .. } => format!("{} ON CONFLICT DO NOTHING", write(store, operation, "")),
        Op::Replace { was, .. } => write(store, operation, &format!(" AND version = {was}")),
        Op::Remove { .. } => {
            return format!(
                "WITH done AS ({} RETURNING 1) SELECT {columns}1::bigint, {TIME} FROM (SELECT count(*) FROM done) AS one",
                write(store, operation, "")
            );
        }
        _ => String::new(),
    };
    format!("WITH done AS ({done} RETURNING 1) SELECT {columns}count(*), {TIME} FROM done")
}

/// Several operations on records that are all different. Returns the index of the one that conflicts, or -1, and the time.
///
/// All rows are locked first, in the same order everywhere. So nothing changes any more between the conditions, which are checked
/// next, and the writes. If another insertion is faster even so, the server reports an error, which ends the transaction.
pub(super) fn apply_many(store: &str, operations: &[Op]) -> String {
    let ids: Vec<_> = operations.iter().filter_map(Op::record_id).map(|id| hex(&id.to_bytes())).collect();
    let mut text = format!("{BEGIN}{}SELECT set_config('gingersnap.conflict', CASE", lock(store, &ids));
    for (index, (operation, id)) in operations.iter().zip(&ids).enumerate() {
        let there = format!("EXISTS (SELECT FROM gingersnap_sessions WHERE store = '{store}' AND id = {id}");
        // Writing to a string never fails.
        let _ = match operation {
            Op::Insert { .. } => write!(text, " WHEN {there}) THEN '{index}'"),
            Op::Replace { was, .. } => write!(text, " WHEN NOT {there} AND version = {was}) THEN '{index}'"),
            _ => Ok(()),
        };
    }
    text.push_str(" WHEN false THEN '' ELSE '-1' END, true); ");
    for operation in operations {
        text.push_str(&write(store, operation, " AND current_setting('gingersnap.conflict') = '-1'"));
        text.push_str("; ");
    }
    text + "SELECT current_setting('gingersnap.conflict')::bigint, " + TIME + "; COMMIT"
}

/// Locks the rows of records, in the same order everywhere.
pub(super) fn lock(store: &str, ids: &[String]) -> String {
    let ids = ids.join(", ");
    format!(
        "SELECT FROM gingersnap_sessions WHERE store = '{store}' AND id = ANY (ARRAY[{ids}]::bytea[]) ORDER BY id FOR UPDATE; "
    )
}

/// True if all operations are about records, and no two about the same one.
pub(super) fn are_distinct(operations: &[Op]) -> bool {
    let mut seen = HashSet::new();
    operations.iter().all(|operation| operation.record_id().is_some_and(|id| seen.insert(id)))
}

/// Removes some records that ended more than an hour ago: returns their number and the time.
pub(super) fn purge(store: &str, limit: u32) -> String {
    let past = "expires_at < now() - interval '1 hour'";
    format!(
        "{BEGIN}WITH past AS (SELECT id FROM gingersnap_sessions WHERE store = '{store}' AND {past} \
         ORDER BY expires_at LIMIT {limit} FOR UPDATE SKIP LOCKED), \
         done AS (DELETE FROM gingersnap_sessions WHERE store = '{store}' AND id IN (SELECT id FROM past) RETURNING 1) \
         SELECT count(*), {TIME} FROM done; COMMIT"
    )
}

fn write(store: &str, operation: &Op, condition: &str) -> String {
    match operation {
        Op::Insert { id, owner, lifetime, record } => {
            let Record { version, bytes } = record;
            format!(
                "INSERT INTO gingersnap_sessions (store, id, version, owner, record, expires_at) \
                 SELECT '{store}', {}, {version}, {}, {}, {} WHERE true{condition}",
                hex(&id.to_bytes()),
                person(*owner),
                hex(bytes),
                until(*lifetime)
            )
        }
        Op::Replace { id, owner, lifetime, record, was: _ } => {
            let Record { version, bytes } = record;
            format!(
                "UPDATE gingersnap_sessions SET version = {version}, owner = {}, record = {}, expires_at = {} \
                 WHERE store = '{store}' AND id = {}{condition}",
                person(*owner),
                hex(bytes),
                until(*lifetime),
                hex(&id.to_bytes())
            )
        }
        Op::Remove { id, owner } => format!(
            "DELETE FROM gingersnap_sessions WHERE store = '{store}' AND id = {} \
             AND owner IS NOT DISTINCT FROM {}{condition}",
            hex(&id.to_bytes()),
            person(*owner)
        ),
        _ => String::new(),
    }
}

fn person(owner: Option<PersonId>) -> String {
    owner.map_or_else(|| "NULL::bytea".into(), |person| hex(&person.to_bytes()))
}

fn until(lifetime: u64) -> String {
    format!("now() + make_interval(secs => {})", lifetime.min(LONGEST))
}

/// Bytes, whatever the server's settings for strings are.
pub(super) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2 + 16);
    text.push_str("decode('");
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or_default());
        }
    }
    text.push_str("', 'hex')");
    text
}

/// The bytes that hexadecimal digits stand for.
pub(super) fn unhex(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let byte = |[high, low]: &[u8; 2]| u8::try_from(digit(*high)? << 4 | digit(*low)?).ok();
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

/// Holds whatever the database's defaults are; a statement that nobody awaits any more does not run on.
pub(super) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = '2s'; ";
const TIME: &str = "floor(extract(epoch FROM clock_timestamp()))::bigint";
/// In seconds: a longer time makes no difference.
pub(super) const LONGEST: u64 = u32::MAX as u64;

/// Only the time, within a transaction.
pub(super) const NOW: &str = "SELECT floor(extract(epoch FROM clock_timestamp()))::bigint";

pub(super) const VERSION: i64 = 2;
pub(super) const SCHEMA: &str = "BEGIN; SET LOCAL statement_timeout = '2s'; \
     SELECT version::bigint FROM gingersnap_schema WHERE part = 'sessions'; COMMIT";

/// Begins a transaction that makes tables, and returns whether they are there. The server must make one at a time.
///
/// `CREATE TABLE IF NOT EXISTS` fails if two make a table at once. It also needs the right to make tables even if there is
/// nothing to make.
pub(super) const LOOK: &str = "BEGIN; SET LOCAL statement_timeout = '2s'; \
     SELECT pg_advisory_xact_lock(hashtext('gingersnap_sessions')); \
     SELECT (to_regclass('gingersnap_schema') IS NOT NULL AND to_regclass('gingersnap_sessions') IS NOT NULL \
     AND to_regclass('gingersnap_sign_ins') IS NOT NULL)::int::bigint";
pub(super) const TABLES: &str = "\
    CREATE TABLE IF NOT EXISTS gingersnap_schema (part text PRIMARY KEY, version int NOT NULL); \
    INSERT INTO gingersnap_schema (part, version) VALUES ('sessions', 2) ON CONFLICT DO NOTHING; \
    CREATE TABLE IF NOT EXISTS gingersnap_sessions (\
        store text NOT NULL, id bytea NOT NULL, version bigint NOT NULL, owner bytea, record bytea NOT NULL, \
        expires_at timestamptz NOT NULL, PRIMARY KEY (store, id)); \
    CREATE INDEX IF NOT EXISTS gingersnap_sessions_expire ON gingersnap_sessions (store, expires_at); \
    CREATE INDEX IF NOT EXISTS gingersnap_sessions_owner ON gingersnap_sessions (store, owner) \
        WHERE owner IS NOT NULL";
/// Ends that transaction: returns the version of the tables, and the time.
pub(super) const MADE: &str = "SELECT version::bigint, floor(extract(epoch FROM clock_timestamp()))::bigint \
     FROM gingersnap_schema WHERE part = 'sessions'; COMMIT";
