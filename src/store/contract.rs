//! The interface of every store.

use core::fmt;
use core::pin::Pin;
use std::sync::Arc;

use super::error::StoreError;
use crate::Timestamp;
use crate::token::{PersonId, RecordId};

/// The answer of a [`Store`]: a future, since most stores are elsewhere; with it the time by the store's clock, which is
/// one for all nodes. Never later than 2 seconds after the call: no answer by then is [`StoreErrorKind::Unreachable`].
///
/// [`StoreErrorKind::Unreachable`]: super::StoreErrorKind::Unreachable
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<(T, Timestamp), StoreError>> + Send + 'a>>;

/// The sentences of [`Store::warnings`].
pub type Warnings<'a> = Pin<Box<dyn Future<Output = Result<Vec<String>, StoreError>> + Send + 'a>>;

/// Work that is carried through, whoever waits for it.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Keeps the records of sessions for all nodes: bytes in, bytes out.
///
/// A store knows nothing of keys, types and people: records are sealed before they come, and opened after they went. What
/// it must hold to:
///
/// - **A record is made by [`Op::Insert`] alone.** No write makes one whose id is unknown: what was removed stays so.
/// - **Versions are compared.** [`Op::Replace`] takes the place of the version that it names and of no other.
/// - **All or nothing.** The operations of one [`apply`](Self::apply) are one transaction.
/// - **A load sees what was applied**, by whichever node: it asks the primary, never a replica that may lag.
/// - **Lifetimes are the store's to count**, by its own clock: they come as seconds to live. A record that is past its
///   lifetime may be loaded until it is purged; what that means is decided from its seal.
/// - **An error tells nothing of the write.** After [`StoreErrorKind::Unreachable`](super::StoreErrorKind::Unreachable) it
///   may have been done.
///
/// `testing::store` has the suite that tries a store of your own on this.
pub trait Store: fmt::Display + Send + Sync + 'static {
    /// The record of this id, if there is one.
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>>;

    /// Carries out all operations, in order, or none of them.
    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied>;

    /// Removes up to `limit` records whose lifetime ended more than an hour ago; returns their number.
    fn purge(&self, limit: u32) -> Answer<'_, u32>;

    /// Makes what records are kept in, unless it is there: the operator's part, with rights that no node needs.
    fn create_tables(&self) -> Answer<'_, ()>;

    /// What was removed since the store was opened here, by [`purge`](Self::purge) and by itself; nothing where the server
    /// does that.
    fn upkeep(&self) -> Upkeep {
        Upkeep::default()
    }

    /// Settings of the server that may lose records, as sentences for an operator; none of what it does not tell.
    fn warnings(&self) -> Warnings<'_> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Polls a task to its end, though nobody waits: a write goes on when the request that asked for it is gone.
    ///
    /// With tokio: `drop(tokio::spawn(task))`. A task awaits nothing but this store's own answers.
    fn spawn(&self, task: Task);
}

/// A session's record: sealed, and so of no use to whoever reads the store.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Record {
    /// Grows by one with each write; the same number is inside the seal.
    pub version: u32,
    /// The sealed bytes, at most 1 MiB and some hundred bytes.
    pub bytes: Vec<u8>,
}

/// One operation of a response.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Op {
    /// Makes a record; a conflict if one has the id.
    Insert {
        /// The new record's name.
        id: RecordId,
        /// The person whose it is, so that all records of one can be found; none if it is a guest's.
        owner: Option<PersonId>,
        /// Seconds to live.
        lifetime: u64,
        /// What is kept.
        record: Record,
    },
    /// Takes the place of version `was`; a conflict if the record is gone or has another version.
    Replace {
        /// The record's name.
        id: RecordId,
        /// The version that is replaced.
        was: u32,
        /// The person whose it is now.
        owner: Option<PersonId>,
        /// Seconds to live, from now.
        lifetime: u64,
        /// What is kept.
        record: Record,
    },
    /// Removes a record if it is this owner's, whatever its version. Another's stays, and none at all is as good: neither
    /// is a conflict.
    Remove {
        /// The record's name.
        id: RecordId,
        /// The person whose it must be; none for a guest's.
        owner: Option<PersonId>,
    },
}

impl Op {
    /// The record that it is about.
    pub const fn id(&self) -> RecordId {
        match self {
            Self::Insert { id, .. } | Self::Replace { id, .. } | Self::Remove { id, .. } => *id,
        }
    }

    /// The record that it writes, if it writes one.
    pub const fn record(&self) -> Option<&Record> {
        match self {
            Self::Insert { record, .. } | Self::Replace { record, .. } => Some(record),
            Self::Remove { .. } => None,
        }
    }
}

/// What became of the operations of one [`apply`](Store::apply).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Applied {
    /// All are done.
    Done,
    /// None is done: the condition of this one, counted from 0, does not hold.
    Conflict(usize),
}

/// The work of a store on what ended more than an hour ago.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Upkeep {
    /// Records that were removed.
    pub removed: u64,
    /// Times that this failed.
    pub failures: u64,
}

impl<S: Store + ?Sized> Store for Arc<S> {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        (**self).load(id)
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        (**self).apply(operations)
    }

    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        (**self).purge(limit)
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        (**self).create_tables()
    }

    fn upkeep(&self) -> Upkeep {
        (**self).upkeep()
    }

    fn warnings(&self) -> Warnings<'_> {
        (**self).warnings()
    }

    fn spawn(&self, task: Task) {
        (**self).spawn(task);
    }
}

impl fmt::Debug for dyn Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Store({self})")
    }
}
