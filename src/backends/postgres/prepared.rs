//! The statements of most calls, prepared once on each connection, so that the server does not plan them again.
//!
//! Each has a different number of parameters. Behind a pooler that mixes connections up, the server refuses a call rather than
//! take one statement for another.

use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{Error, Postgres, query};

use super::sessions::LONGEST;
use crate::store::{Op, RecordId};
use crate::token::PersonId;

type Prepared = Query<'static, Postgres, PgArguments>;

/// The record and the time: version and bytes are null where there is none.
pub(super) fn load(store: &str, id: RecordId) -> Prepared {
    query(LOAD).bind(store).bind(id.to_bytes())
}

/// One operation on a record: returns whether it was done, as a number, and the time.
pub(super) fn apply(store: &str, operation: &Op) -> Option<Prepared> {
    let person = |owner: &Option<PersonId>| owner.map(PersonId::to_bytes);
    let seconds = |lifetime: &u64| i64::try_from(*lifetime.min(&LONGEST)).unwrap_or_default();
    Some(match operation {
        Op::Insert { id, owner, lifetime, record } => query(INSERT)
            .bind(store)
            .bind(id.to_bytes())
            .bind(i64::from(record.version))
            .bind(person(owner))
            .bind(record.bytes.as_slice())
            .bind(seconds(lifetime)),
        Op::Replace { id, was, owner, lifetime, record } => query(REPLACE)
            .bind(store)
            .bind(id.to_bytes())
            .bind(i64::from(record.version))
            .bind(person(owner))
            .bind(record.bytes.as_slice())
            .bind(seconds(lifetime))
            .bind(i64::from(*was)),
        Op::Remove { id, owner } => query(REMOVE).bind(store).bind(id.to_bytes()).bind(person(owner)),
        _ => return None,
    })
}

/// The news about a pooler that shares connections, as an error shows it.
pub(super) enum Told {
    Nothing,
    /// There is one; the outcome of the call is not known.
    Shared,
    /// There is one, and the server did nothing: it does not know the statement, or has another one by that name.
    Unknown,
}

pub(super) fn told(error: &Error) -> Told {
    match error.as_database_error().and_then(|error| error.code()).as_deref() {
        Some("26000" | "42P05") => Told::Unknown,
        Some("08P01") => Told::Shared,
        _ => Told::Nothing,
    }
}

/// True if the error is a pooler's: PostgreSQL itself accepts settings when a connection begins.
pub(super) fn refuses_settings(error: &Error) -> bool {
    error.as_database_error().is_some_and(|error| {
        error.code().as_deref() == Some("08P01") && error.message().contains("startup parameter")
    })
}

const LOAD: &str = "SELECT floor(extract(epoch FROM clock_timestamp()))::bigint, version, record \
     FROM (SELECT) AS one LEFT JOIN gingersnap_sessions ON store = $1 AND id = $2";
const INSERT: &str = "WITH done AS (\
         INSERT INTO gingersnap_sessions (store, id, version, owner, record, expires_at) \
         VALUES ($1, $2, $3, $4, $5, now() + make_interval(secs => $6::bigint)) ON CONFLICT DO NOTHING RETURNING 1\
     ) SELECT count(*), floor(extract(epoch FROM clock_timestamp()))::bigint FROM done";
const REPLACE: &str = "WITH done AS (\
         UPDATE gingersnap_sessions SET version = $3, owner = $4, record = $5, \
         expires_at = now() + make_interval(secs => $6::bigint) \
         WHERE store = $1 AND id = $2 AND version = $7 RETURNING 1\
     ) SELECT count(*), floor(extract(epoch FROM clock_timestamp()))::bigint FROM done";
const REMOVE: &str = "WITH done AS (\
         DELETE FROM gingersnap_sessions WHERE store = $1 AND id = $2 AND owner IS NOT DISTINCT FROM $3 RETURNING 1\
     ) SELECT 1::bigint, floor(extract(epoch FROM clock_timestamp()))::bigint \
       FROM (SELECT count(*) FROM done) AS one";
