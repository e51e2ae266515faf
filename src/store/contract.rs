//! The interface of every store.

use core::fmt;
use core::pin::Pin;
use std::sync::Arc;

use super::error::StoreError;
use super::op::{Applied, Op};
use super::record::Record;
use super::sign_in::{Feed, SignInRow};
use crate::Timestamp;
use crate::token::{PersonId, RecordId};

/// The answer of a [`Store`]: a future, since most stores are elsewhere. With it comes the time by the store's clock, which is
/// one for all nodes. It comes at most 2 seconds after the call: no answer by then is [`StoreErrorKind::Unreachable`].
///
/// [`StoreErrorKind::Unreachable`]: super::StoreErrorKind::Unreachable
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<(T, Timestamp), StoreError>> + Send + 'a>>;

/// The sentences of [`Store::warnings`].
pub type Warnings<'a> = Pin<Box<dyn Future<Output = Result<Vec<String>, StoreError>> + Send + 'a>>;

/// A wait for a change: true once there may be one, false once the store is closed.
pub type Changed = Pin<Box<dyn Future<Output = bool> + Send>>;

/// Work that is carried through, whether or not anybody waits for it.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Keeps the records of sessions, and the list of sign-ins, for all nodes.
///
/// A store knows nothing of keys, types and people: records arrive sealed, and are opened after they have left; people are ids.
/// It must hold to these rules:
///
/// - **Only [`Op::Insert`] makes a record.** No other write makes one for an unknown id: what was removed stays removed.
/// - **Versions are compared.** [`Op::Replace`] replaces the version that it names and no other.
/// - **All or nothing.** The operations of one [`apply`](Self::apply) are one transaction.
/// - **A load sees everything that was applied**, by any node: it asks the primary, never a replica that may lag.
/// - **The store counts lifetimes**, by its own clock: they come as seconds to live. A record past its lifetime may be loaded
///   until it is purged; its seal decides what that means.
/// - **An end is told until it has no meaning any more**: each node takes it from the [`feed`](Self::feed). Nothing may be
///   missing there, in whatever order transactions end.
/// - **The operations of one person wait for each other**: nothing comes between a condition of theirs and its consequence.
/// - **An error says nothing about the write.** After [`StoreErrorKind::Unreachable`](super::StoreErrorKind::Unreachable) it may
///   have been done.
///
/// The suite in `testing::store` tests a store of your own against these rules.
pub trait Store: fmt::Display + Send + Sync + 'static {
    /// The record of this id, if there is one.
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>>;

    /// Carries out all operations, in order, or none of them.
    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied>;

    /// The sign-ins of a person that live, in no order: not over, not ended now or within seconds, and sealed after the person's
    /// cut-off.
    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>>;

    /// The ends and cut-offs since the feed that had this mark; an empty mark means from the beginning.
    ///
    /// Something may come twice, but nothing may be left out: an end that is in no feed yet is in the next one, even if it began
    /// before others that were. If the mark is another store's, or this store is behind it, the feed begins
    /// [anew](Feed::is_anew). A store is behind after a restored backup, or after a failover that lost writes.
    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed>;

    /// Ends once the feed may have something that it did not have at the time of this call, and within a second at the latest.
    /// Returns false once the store is closed. It does not keep the store alive.
    ///
    /// For a store with no better way, with tokio: `Box::pin(async { sleep(Duration::from_secs(1)).await; true })`.
    fn changed(&self) -> Changed;

    /// Removes up to `limit` records and sign-ins whose lifetime ended more than an hour ago; returns their number.
    fn purge(&self, limit: u32) -> Answer<'_, u32>;

    /// Makes the tables that everything is kept in, unless they are there. This is the operator's part, with rights that no node
    /// needs.
    fn create_tables(&self) -> Answer<'_, ()>;

    /// The number of records removed since the store was opened here, by [`purge`](Self::purge) and by itself; nothing if the
    /// server removes them.
    fn upkeep(&self) -> Upkeep {
        Upkeep::default()
    }

    /// Settings of the server that may lose records, as sentences for an operator. Settings that it does not tell are left out.
    fn warnings(&self) -> Warnings<'_> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Polls a task to its end, even if nobody waits: a write goes on when the request that asked for it is gone.
    ///
    /// With tokio: `drop(tokio::spawn(task))`. A task awaits nothing but this store's own answers, and [`changed`](Self::changed).
    fn spawn(&self, task: Task);
}

/// The work of a store on records that ended more than an hour ago.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Upkeep {
    /// The number of records that were removed; in the databases that of ended sign-ins as well.
    pub removed: u64,
    /// The number of times that this failed.
    pub failures: u64,
}

impl<S: Store + ?Sized> Store for Arc<S> {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        (**self).load(id)
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        (**self).apply(operations)
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        (**self).sign_ins(person)
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        (**self).feed(mark)
    }

    fn changed(&self) -> Changed {
        (**self).changed()
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
