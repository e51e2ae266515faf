//! The statements of sign-ins, and the tables that they use. A cut-off is a row too: it has no first sign-in, and its end is its
//! time.

pub(super) const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS gingersnap_sign_ins (
        store TEXT NOT NULL, id BLOB NOT NULL, first BLOB, person BLOB, started_at INTEGER NOT NULL,
        sealed_at INTEGER NOT NULL, seen_at INTEGER NOT NULL, label BLOB NOT NULL, ended_at INTEGER,
        expires_at INTEGER NOT NULL, changed INTEGER, PRIMARY KEY (store, id)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS gingersnap_sign_ins_person ON gingersnap_sign_ins (store, person);
    CREATE INDEX IF NOT EXISTS gingersnap_sign_ins_expire ON gingersnap_sign_ins (store, expires_at);
    CREATE INDEX IF NOT EXISTS gingersnap_sign_ins_changed ON gingersnap_sign_ins (store, changed)
        WHERE changed IS NOT NULL;
    CREATE TABLE IF NOT EXISTS gingersnap_feeds (
        store TEXT PRIMARY KEY, run BLOB NOT NULL, last INTEGER NOT NULL
    ) STRICT;";
pub(super) const HAS_ENDED: &str = "SELECT EXISTS (SELECT 1 FROM gingersnap_sign_ins \
     WHERE store = ?1 AND id = ?2 AND first IS NOT NULL AND ended_at <= ?3)";
pub(super) const FIRST: &str =
    "SELECT first FROM gingersnap_sign_ins WHERE store = ?1 AND id = ?2 AND first IS NOT NULL";
pub(super) const CUT_AT: &str =
    "SELECT ended_at FROM gingersnap_sign_ins WHERE store = ?1 AND id = ?2 AND first IS NULL";
pub(super) const LAST_SEALED: &str = "SELECT coalesce(max(sealed_at), 0) FROM gingersnap_sign_ins \
     WHERE store = ?1 AND person = ?2 AND first IS NOT NULL";
/// A renewal keeps its first sign-in, and its label unless there is another.
pub(super) const ENTER: &str = "INSERT INTO gingersnap_sign_ins \
     (store, id, first, person, started_at, sealed_at, seen_at, label, expires_at) \
     SELECT ?1, ?2, coalesce(first, ?3), ?4, ?5, ?6, ?6, coalesce(?7, label, x''), ?8 \
     FROM (SELECT 1) LEFT JOIN gingersnap_sign_ins ON store = ?1 AND id = ?3";
/// The `+` in `+expires_at` keeps its index unused: a person has few rows, and the index would give most of the table's.
pub(super) const LIVING: &str = "SELECT id FROM gingersnap_sign_ins WHERE store = ?1 AND person = ?2 AND first = ?3 \
     AND (ended_at IS NULL OR ended_at > ?4) AND sealed_at > ?5 AND +expires_at > ?6";
pub(super) const END: &str = "INSERT INTO gingersnap_sign_ins \
     (store, id, first, person, started_at, sealed_at, seen_at, label, ended_at, expires_at, changed) \
     VALUES (?1, ?2, ?2, ?3, 0, 0, 0, x'', ?4, ?5, ?6) ON CONFLICT DO UPDATE SET \
     ended_at = ?4, expires_at = max(expires_at, ?5), changed = ?6 WHERE ended_at IS NULL OR ended_at > ?4";
pub(super) const CUT: &str = "INSERT INTO gingersnap_sign_ins \
     (store, id, started_at, sealed_at, seen_at, label, ended_at, expires_at, changed) \
     VALUES (?1, ?2, 0, 0, 0, x'', ?3, ?4, ?5) ON CONFLICT DO UPDATE SET \
     ended_at = ?3, expires_at = max(expires_at, ?4), changed = ?5";
pub(super) const ERASE_ROWS: &str = "DELETE FROM gingersnap_sign_ins WHERE store = ?1 AND person = ?2";
pub(super) const ERASE_RECORDS: &str = "DELETE FROM gingersnap_sessions WHERE store = ?1 AND owner = ?2";
pub(super) const SEEN: &str = "UPDATE gingersnap_sign_ins SET seen_at = max(seen_at, ?4) \
     WHERE store = ?1 AND id = ?2 AND person = ?3 AND (ended_at IS NULL OR ended_at > ?5)";
pub(super) const LABEL: &str = "UPDATE gingersnap_sign_ins SET label = ?4 \
     WHERE store = ?1 AND id = ?2 AND person = ?3 AND (ended_at IS NULL OR ended_at > ?5)";
/// A store's first place is 1; the run tells a new store from the one before it.
pub(super) const NEXT: &str = "INSERT INTO gingersnap_feeds (store, run, last) VALUES (?1, randomblob(8), 1) \
     ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last";
pub(super) const PLACE: &str = "SELECT run, last FROM gingersnap_feeds WHERE store = ?1";
pub(super) const LIST: &str = "SELECT id, first, started_at, sealed_at, seen_at, label FROM gingersnap_sign_ins \
     WHERE store = ?1 AND person = ?2 AND first IS NOT NULL AND ended_at IS NULL AND +expires_at > ?3 AND sealed_at > \
     coalesce((SELECT ended_at FROM gingersnap_sign_ins WHERE store = ?1 AND id = ?2 AND first IS NULL), -1)";
pub(super) const FEED: &str = "SELECT changed, id, first IS NULL, ended_at, expires_at FROM gingersnap_sign_ins \
     WHERE store = ?1 AND changed > ?2 ORDER BY changed LIMIT ?3";
pub(super) const PURGE: &str = "DELETE FROM gingersnap_sign_ins WHERE rowid IN \
     (SELECT rowid FROM gingersnap_sign_ins WHERE store = ?1 AND expires_at < unixepoch() - 3600 LIMIT ?2)";

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    /// The plan of a statement: SQLite says which index it uses.
    fn plan(statement: &str) -> String {
        let connection = Connection::open_in_memory().expect("a database");
        connection.execute_batch(TABLES).expect("tables");
        connection.execute_batch(super::super::file::TABLES).expect("tables");
        let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {statement}")).expect("a statement");
        let number = plan.parameter_count();
        let nothing = rusqlite::params_from_iter(std::iter::repeat_n(0, number));
        let lines = plan.query_map(nothing, |row| row.get::<_, String>(3)).expect("a plan");
        lines.map(|line| line.expect("a line")).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn no_statement_looks_at_more_rows_than_it_is_about() {
        for (statement, index) in [
            (LIVING, "gingersnap_sign_ins_person (store=? AND person=?)"),
            (LIST, "gingersnap_sign_ins_person (store=? AND person=?)"),
            (LAST_SEALED, "gingersnap_sign_ins_person (store=? AND person=?)"),
            (ERASE_ROWS, "gingersnap_sign_ins_person (store=? AND person=?)"),
            (ERASE_RECORDS, "gingersnap_sessions_owner (store=? AND owner=?)"),
            (FEED, "gingersnap_sign_ins_changed (store=? AND changed>?)"),
            (PURGE, "gingersnap_sign_ins_expire (store=? AND expires_at<?)"),
            (SEEN, "sqlite_autoindex_gingersnap_sign_ins_1 (store=? AND id=?)"),
            (LABEL, "sqlite_autoindex_gingersnap_sign_ins_1 (store=? AND id=?)"),
            (CUT_AT, "sqlite_autoindex_gingersnap_sign_ins_1 (store=? AND id=?)"),
            (HAS_ENDED, "sqlite_autoindex_gingersnap_sign_ins_1 (store=? AND id=?)"),
            (FIRST, "sqlite_autoindex_gingersnap_sign_ins_1 (store=? AND id=?)"),
        ] {
            let plan = plan(statement);
            assert!(plan.contains(index) && !plan.contains("SCAN gingersnap"), "{statement}: {plan}");
        }
    }
}
