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

/// The answer of a [`Store`]: a future, since most stores are elsewhere; with it the time by the store's clock, which is
/// one for all nodes. Never later than 2 seconds after the call: no answer by then is [`StoreErrorKind::Unreachable`].
///
/// [`StoreErrorKind::Unreachable`]: super::StoreErrorKind::Unreachable
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<(T, Timestamp), StoreError>> + Send + 'a>>;

/// The sentences of [`Store::warnings`].
pub type Warnings<'a> = Pin<Box<dyn Future<Output = Result<Vec<String>, StoreError>> + Send + 'a>>;

/// A wait for a change: true once there may be one, false once the store is closed.
pub type Changed = Pin<Box<dyn Future<Output = bool> + Send>>;

/// Work that is carried through, whoever waits for it.
pub type Task = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Keeps the records of sessions, and the list of sign-ins, for all nodes.
///
/// A store knows nothing of keys, types and people: records are sealed before they come, and opened after they went; people are
/// ids. What it must hold to:
///
/// - **A record is made by [`Op::Insert`] alone.** No write makes one whose id is unknown: what was removed stays so.
/// - **Versions are compared.** [`Op::Replace`] takes the place of the version that it names and of no other.
/// - **All or nothing.** The operations of one [`apply`](Self::apply) are one transaction.
/// - **A load sees what was applied**, by whichever node: it asks the primary, never a replica that may lag.
/// - **Lifetimes are the store's to count**, by its own clock: they come as seconds to live. A record that is past its
///   lifetime may be loaded until it is purged; what that means is decided from its seal.
/// - **What ended is told until it has no meaning any more**: each node takes it from the [`feed`](Self::feed), in which nothing
///   may be missing, in whichever order transactions end.
/// - **The operations of one person wait for each other**: between a condition of theirs and its consequence comes nothing else.
/// - **An error tells nothing of the write.** After [`StoreErrorKind::Unreachable`](super::StoreErrorKind::Unreachable) it
///   may have been done.
///
/// `testing::store` has the suite that tries a store of your own on this.
pub trait Store: fmt::Display + Send + Sync + 'static {
    /// The record of this id, if there is one.
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>>;

    /// Carries out all operations, in order, or none of them.
    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied>;

    /// The sign-ins of a person that live: not over, not ended now or in a while, and sealed after the person's cut-off. In no order.
    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>>;

    /// What ended, and which cut-offs were made, since the feed that had this mark; an empty mark is before everything.
    ///
    /// Something may come twice, and nothing may be left out: an end that is in no feed yet is in the next one, though it was begun
    /// before others that were. Where the mark is another store's, or this store is behind it, as after a restored backup or
    /// a failover that lost writes, the feed begins [anew](Feed::is_anew).
    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed>;

    /// Ends once the feed may have something new that it did not have when this was asked for, and within a second at the latest; with
    /// false once the store is closed. It does not hold the store.
    ///
    /// Where the store has no better way, with tokio: `Box::pin(async { sleep(Duration::from_secs(1)).await; true })`.
    fn changed(&self) -> Changed;

    /// Removes up to `limit` records and sign-ins whose lifetime ended more than an hour ago; returns their number.
    fn purge(&self, limit: u32) -> Answer<'_, u32>;

    /// Makes what all is kept in, unless it is there: the operator's part, with rights that no node needs.
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
    /// With tokio: `drop(tokio::spawn(task))`. A task awaits nothing but this store's own answers, and [`changed`](Self::changed).
    fn spawn(&self, task: Task);
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
