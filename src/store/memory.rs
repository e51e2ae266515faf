//! Records in this process's memory.

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use super::carry;
use super::changes::Changes;
use super::contract::{Answer, Changed, Store, Task, Upkeep};
use super::error::{StoreError, StoreErrorKind};
use super::kept::Kept;
use super::op::{Applied, Op};
use super::record::Record;
use super::sign_in::{Feed, SignInRow};
use crate::token::{PersonId, RecordId};
use crate::{Clock, Timestamp};

/// Keeps records in memory: for tests, and for an application of one process whose sessions may end with it.
///
/// A clone is another handle to the same records. The store is bounded: if there is no room for a write, the error is
/// [`StoreErrorKind::Full`], and no record that lives is forgotten for it. Records that ended more than an hour ago are removed
/// by the store itself, a few with each write; nobody has to call [`purge`](Store::purge). It needs no runtime.
#[derive(Clone)]
pub struct MemoryStore(Arc<Shared>);

struct Shared {
    clock: Box<dyn Clock>,
    /// Bytes of memory.
    room: usize,
    kept: Mutex<Kept>,
    changes: Changes,
}

impl Drop for Shared {
    /// Closes the changes: a task that waits for one would otherwise be kept for ever.
    fn drop(&mut self) {
        self.changes.close();
    }
}

impl MemoryStore {
    /// The default size in bytes of memory: 256 MiB, a million sessions of 150 bytes.
    pub const ROOM: usize = 256 << 20;

    /// A store of `room` bytes of memory that runs on this clock; a test gives the same one to its layer.
    pub fn with_clock(room: usize, clock: impl Clock) -> Self {
        Self(Arc::new(Shared {
            clock: Box::new(clock),
            room,
            kept: Mutex::default(),
            changes: Changes::default(),
        }))
    }

    /// The records, and the time of this look.
    fn look(&self) -> (MutexGuard<'_, Kept>, Timestamp) {
        let kept = self.0.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.0.clock.now();
        (kept, now)
    }

    fn full(&self) -> StoreError {
        let message = format!("cannot write {self}: its {} bytes are taken", self.0.room);
        StoreError::new(StoreErrorKind::Full, message)
            .with_hint("give it more room, or keep sessions in a database")
    }
}

impl Store for MemoryStore {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        Box::pin(async move {
            let (kept, now) = self.look();
            Ok((kept.record(id), now))
        })
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(async move {
            let applied = {
                let (mut kept, now) = self.look();
                kept.apply(operations, now, self.0.room)
            };
            if operations.iter().any(|operation| operation.person().is_some()) {
                self.0.changes.tell();
            }
            applied.ok_or_else(|| self.full())
        })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        Box::pin(async move {
            let (kept, now) = self.look();
            Ok((kept.sign_ins.sign_ins(person, now), now))
        })
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        Box::pin(async {
            let (kept, now) = self.look();
            Ok((kept.sign_ins.feed(mark), now))
        })
    }

    /// Ends with a change: only this process makes one.
    fn changed(&self) -> Changed {
        self.0.changes.next()
    }

    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        Box::pin(async move {
            let mut removed = {
                let (mut kept, now) = self.look();
                kept.sign_ins.purge(limit, now)
            };
            for part in 0..Kept::PARTS {
                let some = {
                    let (mut kept, now) = self.look();
                    kept.sweep(part, now, limit - removed)
                };
                removed += some;
                if some > 0 {
                    // A caller that waits for the lock would not get it if this loop took it again at once.
                    thread::sleep(TURN);
                }
            }
            Ok((removed, self.look().1))
        })
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(async { Ok(((), self.look().1)) })
    }

    fn upkeep(&self) -> Upkeep {
        Upkeep { removed: self.look().0.removed, failures: 0 }
    }

    fn spawn(&self, task: Task) {
        carry::through(task);
    }
}

impl fmt::Display for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("memory")
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryStore({self})")
    }
}

/// The pause in which others get the lock.
const TURN: Duration = Duration::from_micros(50);
