//! The meaning of SQLite's errors.

use rusqlite::{Error, ErrorCode};

use crate::backends::fault::{Cause, Fault, Hint};

pub(super) fn explain(error: &Error) -> Fault {
    let (cause, hint) = classify(error);
    let reason = match (cause, error.sqlite_error_code()) {
        (Cause::Unreachable, _) => "another process has had the file locked for too long".to_owned(),
        (_, Some(ErrorCode::NotADatabase)) => "it is no SQLite database".into(),
        (_, Some(ErrorCode::CannotOpen)) => "it, or its log beside it, cannot be opened".into(),
        // Without the statement, which rusqlite would show too.
        _ => said(error),
    };
    Fault { cause, reason, hint }
}

fn classify(error: &Error) -> (Cause, Option<Hint>) {
    if said(error).starts_with("no such table: ") {
        return (Cause::NoTable, None);
    }
    let hint = |text| Some(Hint::of_both(text));
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed) => {
            (Cause::Unreachable, hint("a backup or another program must not keep a transaction open"))
        }
        Some(ErrorCode::ReadOnly) => {
            (Cause::ReadOnly, hint("this user must be able to write the file and its directory"))
        }
        Some(ErrorCode::DiskFull) => (Cause::Full, hint("make room; what is kept is whole")),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            (Cause::Denied, hint("this user must be able to write the file and its directory"))
        }
        Some(ErrorCode::NotADatabase) => (Cause::Other, hint("name another file: this one is left as it is")),
        Some(ErrorCode::DatabaseCorrupt) => {
            (Cause::Other, hint("restore a backup, or move the file away and run `gingersnap store init`"))
        }
        _ => (Cause::Other, None),
    }
}

/// SQLite's own words.
fn said(error: &Error) -> String {
    match error {
        Error::SqliteFailure(_, Some(message)) => message.clone(),
        Error::SqlInputError { msg, .. } => msg.clone(),
        error => error.to_string(),
    }
}
