//! The file's time, and times as SQLite has them.

use rusqlite::{Connection, Result};

/// The file's time, in seconds.
pub(super) fn time(connection: &Connection) -> Result<u64> {
    connection.prepare_cached("SELECT unixepoch()")?.query_row((), |row| row.get(0)).map(unsigned)
}

pub(super) fn signed(seconds: u64) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

/// A clock before 1970 reads 0.
pub(super) fn unsigned(seconds: i64) -> u64 {
    seconds.try_into().unwrap_or_default()
}
