//! The faults of servers, in the words of the operators of rings and of sessions.

use super::url::Address;
#[cfg(any(feature = "postgres", feature = "redis"))]
use crate::keystore::{KeystoreError, KeystoreErrorKind};
use crate::store::{StoreError, StoreErrorKind};

/// An error of a driver, for a ring or for sessions.
pub(super) struct Fault {
    pub(super) cause: Cause,
    pub(super) reason: String,
    pub(super) hint: Option<Hint>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Cause {
    Unreachable,
    #[cfg(any(feature = "postgres", feature = "sqlite"))]
    NoTable,
    /// Something else changed the same thing at the same time.
    #[cfg(feature = "postgres")]
    Conflict,
    Denied,
    ReadOnly,
    Full,
    Other,
}

/// The remedies: one where a ring is kept, and one where sessions are.
#[derive(Clone, Copy)]
pub(super) struct Hint {
    #[cfg_attr(
        not(any(feature = "postgres", feature = "redis")),
        expect(dead_code, reason = "no rings there")
    )]
    pub(super) ring: &'static str,
    pub(super) session: &'static str,
}

impl Hint {
    #[cfg(any(feature = "postgres", feature = "redis"))]
    pub(super) const NO_ROOM: Self = Self {
        ring: "the old ring is whole; make room and try again",
        session: "make room; what is kept is whole",
    };

    /// One remedy for both.
    pub(super) const fn of_both(text: &'static str) -> Self {
        Self { ring: text, session: text }
    }
}

impl Fault {
    /// The error when `action` (such as "read") failed on a ring.
    #[cfg(any(feature = "postgres", feature = "redis"))]
    pub(super) fn of_ring(self, address: &Address, action: &str) -> KeystoreError {
        use KeystoreErrorKind as Kind;
        let kind = match self.cause {
            Cause::Unreachable => Kind::Unreachable,
            #[cfg(any(feature = "postgres", feature = "sqlite"))]
            Cause::NoTable => return super::ring::no_table(address, action),
            #[cfg(feature = "postgres")]
            Cause::Conflict => Kind::Conflict,
            Cause::Denied => Kind::PermissionDenied,
            Cause::ReadOnly => Kind::ReadOnly,
            Cause::Full => Kind::Full,
            Cause::Other => Kind::Io,
        };
        let error = address.cannot(action, kind, &self.reason);
        match self.hint {
            Some(hint) => error.with_hint(hint.ring),
            None => error,
        }
    }

    /// The error when `action` (such as "read sessions at") failed on a store.
    pub(super) fn of_store(self, address: &Address, action: &str) -> StoreError {
        use StoreErrorKind as Kind;
        let kind = match self.cause {
            Cause::Unreachable => Kind::Unreachable,
            #[cfg(any(feature = "postgres", feature = "sqlite"))]
            Cause::NoTable => return no_tables(address, action),
            Cause::Denied => Kind::PermissionDenied,
            Cause::ReadOnly => Kind::ReadOnly,
            Cause::Full => Kind::Full,
            _ => Kind::Io,
        };
        let error = failed(address, action, kind, &self.reason);
        match self.hint {
            Some(hint) => error.with_hint(hint.session),
            None => error,
        }
    }
}

/// The error of a store that has no tables yet.
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub(super) fn no_tables(address: &Address, action: &str) -> StoreError {
    failed(address, action, StoreErrorKind::NoTables, "there are no tables for sessions")
        .with_hint("`gingersnap store init` makes them")
}

/// The error of a store with tables of another version of this program.
pub(super) fn wrong_schema(address: &Address, action: &str, found: i64, ours: i64) -> StoreError {
    let reason = format!("its tables are of version {found}, and this program knows version {ours}");
    failed(address, action, StoreErrorKind::WrongSchema, &reason)
        .with_hint("run the version of gingersnap that made them, or name an empty database")
}

fn failed(address: &Address, action: &str, kind: StoreErrorKind, reason: &str) -> StoreError {
    StoreError::new(kind, format!("cannot {action} {address}: {reason}"))
}
