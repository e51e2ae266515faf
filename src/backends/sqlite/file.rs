//! The file: its name, the checks of it, and connections to it.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, mem};

use rusqlite::{Connection, MAIN_DB, OpenFlags, OptionalExtension as _, TransactionBehavior};

use super::explain::explain;
use super::statements;
use crate::backends::fault::{Cause, Fault, Hint, no_tables, wrong_schema};
use crate::backends::url::{Address, BadUrl, bad, split};
use crate::store::StoreError;

/// A file, which may not exist yet, and the name of the store in it.
pub(super) struct File {
    path: PathBuf,
    pub(super) address: Address,
}

impl File {
    /// Reads `sqlite:PATH#name`, or the same without `sqlite:`.
    pub(super) fn parse(place: &str) -> Result<Self, BadUrl> {
        let (path, name) = split(place)?;
        let path = path.strip_prefix("sqlite:").unwrap_or(path);
        if path.starts_with("//") && !path.starts_with("///") {
            return Err(bad("a file's URL names no host").with_hint(PLACE));
        }
        if path.is_empty() || path.starts_with(':') || path.contains(['?', '\0']) || path.contains("://") {
            return Err(bad("what follows sqlite: is no file's path").with_hint(PLACE));
        }
        Ok(Self { path: path.into(), address: Address::new(&format!("sqlite:{path}"), name) })
    }

    /// A connection to the file that `gingersnap store init` made, for one thread at a time.
    pub(super) fn connect(&self, action: &str) -> Result<Connection, StoreError> {
        let connection = self.to_connection(action)?;
        match version(&connection) {
            Ok(Some(VERSION)) => Ok(connection),
            Ok(Some(other)) => Err(wrong_schema(&self.address, action, other, VERSION)),
            Ok(None) => Err(no_tables(&self.address, action)),
            Err(error) => Err(self.failed(action, &error)),
        }
    }

    /// Makes the file and the tables, unless they are there.
    pub(super) fn create_tables(&self, action: &str) -> Result<(), StoreError> {
        match create_new(&self.path) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(self.refused(action, &error));
            }
            _ => {}
        }
        let mut connection = self.to_connection(action)?;
        match make(&mut connection).map_err(|error| self.failed(action, &error))? {
            VERSION => Ok(()),
            other => Err(wrong_schema(&self.address, action, other, VERSION)),
        }
    }

    pub(super) fn failed(&self, action: &str, error: &rusqlite::Error) -> StoreError {
        explain(error).of_store(&self.address, action)
    }

    /// Asks the system about the file, because SQLite would give no reason. The file is not opened for that: closing it again
    /// would make this process lose its locks on it.
    fn check(&self, action: &str) -> Result<(), StoreError> {
        match fs::metadata(&self.path) {
            Ok(it) if !it.is_file() => {
                let fault = |reason: &str| Fault { cause: Cause::Other, reason: reason.into(), hint: None };
                let what = if it.is_dir() { "it is a directory" } else { "it is not a regular file" };
                Err(fault(what).of_store(&self.address, action))
            }
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(no_tables(&self.address, action)),
            Err(error) => Err(self.refused(action, &error)),
        }
    }

    /// Lets the system say why: a file that SQLite cannot open cannot be opened here either. If it can be opened by now, it stays
    /// open, because closing it would take this process's locks away.
    fn unopened(&self, action: &str, error: &rusqlite::Error) -> StoreError {
        match fs::File::open(&self.path) {
            Err(reason) => self.refused(action, &reason),
            Ok(file) => {
                mem::forget(file);
                self.failed(action, error)
            }
        }
    }

    fn refused(&self, action: &str, error: &io::Error) -> StoreError {
        let (cause, hint) = match error.kind() {
            ErrorKind::ReadOnlyFilesystem => (Cause::ReadOnly, Some(WRITABLE)),
            ErrorKind::PermissionDenied => (Cause::Denied, Some(WRITABLE)),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => (Cause::Full, None),
            ErrorKind::NotFound => (Cause::Other, Some(Hint::of_both("make the directory first"))),
            _ => (Cause::Other, None),
        };
        let reason = match error.kind() {
            ErrorKind::ReadOnlyFilesystem => "it takes no changes".into(),
            ErrorKind::NotFound => "no such directory".into(),
            kind => kind.to_string(),
        };
        Fault { cause, reason, hint }.of_store(&self.address, action)
    }

    fn to_connection(&self, action: &str) -> Result<Connection, StoreError> {
        self.check(action)?;
        let failed = |error| self.failed(action, &error);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags);
        let connection = connection.map_err(|error| self.unopened(action, &error))?;
        // SQLite also opens a file that it may only read, and then fails at something else.
        if connection.is_readonly(MAIN_DB).map_err(failed)? {
            return Err(self.refused(action, &io::Error::from(ErrorKind::ReadOnlyFilesystem)));
        }
        let settings = connection.busy_timeout(BUSY).and_then(|()| connection.execute_batch(SETTINGS));
        settings.map_err(failed).map(|()| connection)
    }
}

/// Makes an empty file that only its owner may use; the files that SQLite puts beside it get its mode.
fn create_new(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// Makes the tables unless there are some; returns their version.
fn make(connection: &mut Connection) -> rusqlite::Result<i64> {
    // The mode is stored in the file.
    connection.pragma_update(None, "journal_mode", "wal")?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(TABLES)?;
    transaction.execute_batch(statements::TABLES)?;
    let found = version(&transaction)?.unwrap_or_default();
    transaction.commit()?;
    Ok(found)
}

fn version(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let query = "SELECT version FROM gingersnap_schema WHERE part = 'sessions'";
    connection.query_row(query, (), |row| row.get(0)).optional()
}

/// The version of the tables.
const VERSION: i64 = 2;
/// A call waits for another process at most twice this long: during another call's wait, and then in its own.
const BUSY: Duration = Duration::from_millis(900);
/// `NORMAL`: a commit survives this process, and the log is flushed at checkpoints. A commit makes a checkpoint only when the log
/// takes 64 MiB, which means that the disk is too slow for the writes.
const SETTINGS: &str = "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864; \
     PRAGMA wal_autocheckpoint = 16384";
pub(super) const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS gingersnap_schema (part TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT;
    INSERT INTO gingersnap_schema (part, version) VALUES ('sessions', 2) ON CONFLICT DO NOTHING;
    CREATE TABLE IF NOT EXISTS gingersnap_sessions (
        store TEXT NOT NULL, id BLOB NOT NULL, version INTEGER NOT NULL, owner BLOB, record BLOB NOT NULL,
        expires_at INTEGER NOT NULL, PRIMARY KEY (store, id)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS gingersnap_sessions_expire ON gingersnap_sessions (store, expires_at);
    CREATE INDEX IF NOT EXISTS gingersnap_sessions_owner ON gingersnap_sessions (store, owner)
        WHERE owner IS NOT NULL;";
const WRITABLE: Hint = Hint::of_both("this user must be able to write the file and its directory");
const PLACE: &str = "sqlite:PATH, as in sqlite:/var/lib/shop/sessions.db; sessions in memory are memory:";
