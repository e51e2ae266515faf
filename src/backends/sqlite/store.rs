//! Sessions in an SQLite file.

use core::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread;

use rusqlite::Connection;

use super::checkpoints::Checkpoints;
use super::file::File;
use super::queue::{Answered, Carried, Item, Write};
use super::readers::{CLOSED, Readers};
use super::writer::{LOT, PURGE, WRITE, Writer};
use super::{apply, sign_ins};
use crate::Timestamp;
use crate::backends::fault::{Cause, Fault};
use crate::backends::tally::Tally;
use crate::store::changes::Changes;
use crate::store::tell::{Teller, pair};
use crate::store::{
    Answer, Applied, Changed, Feed, Op, Record, RecordId, SignInRow, Store, StoreError, StoreErrorKind, Task,
    Upkeep,
};
use crate::token::PersonId;

/// Keeps sessions in an SQLite file, with no server: the first choice for one machine.
///
/// A read is done where it is awaited, in microseconds. Writes go through one thread. It commits the writes that have gathered in
/// one transaction, and answers once that is done. Several processes may share the file, but not over a network. No runtime is
/// needed. Cloning is cheap; the threads end with the last clone.
///
/// An answered write survives this process, however it ends (`journal_mode = WAL`, `synchronous = NORMAL`). A second thread
/// flushes it to the disk, half a second later. When the machine loses power, the writes since then may be gone, and nothing
/// else. A disk that hangs makes calls hang.
///
/// `gingersnap store init sqlite:PATH`, or [`create_tables`](Store::create_tables), makes the file, for its owner alone, with
/// the tables `gingersnap_sessions`, `gingersnap_sign_ins`, `gingersnap_feeds` and `gingersnap_schema`. Records that ended more
/// than an hour ago are removed a few at a time, once a minute. Time is this machine's.
#[derive(Clone)]
pub struct SqliteStore(Arc<Inner>);

struct Inner {
    file: Arc<File>,
    readers: Readers,
    queue: Sender<Item>,
    tally: Arc<Tally>,
    changes: Changes,
}

impl Drop for Inner {
    /// Closes the store: a task that waits for changes would otherwise hold the queue, and with it the thread.
    fn drop(&mut self) {
        self.changes.close();
    }
}

impl SqliteStore {
    /// Opens the store at `sqlite:PATH#name`, or `PATH`; `#name` is `default` unless given. A file holds many stores.
    ///
    /// # Errors
    /// [`StoreErrorKind::BadUrl`]; a file that is not a database, cannot be written, or has tables of another version. A file
    /// that is missing, or has no tables yet, is an error of the first call.
    pub fn open(place: &str) -> Result<Self, StoreError> {
        let file = Arc::new(File::parse(place)?);
        let readers = Readers::new();
        match readers.read(&file, |_| Ok(())) {
            Err(error) if error.kind() != StoreErrorKind::NoTables => return Err(error),
            _ => {}
        }
        let (queue, taken) = channel();
        let (tally, changes) = (Arc::new(Tally::default()), Changes::default());
        let started = Checkpoints::start(Arc::clone(&file)).and_then(|checkpoints| {
            let writer = Writer::new(Arc::clone(&file), Arc::clone(&tally), checkpoints, changes.clone());
            thread::Builder::new().name("gingersnap-sqlite".into()).spawn(move || writer.run(&taken))
        });
        started.map_err(|error| {
            let fault = Fault { cause: Cause::Other, reason: format!("no thread: {error}"), hint: None };
            fault.of_store(&file.address, "open")
        })?;
        Ok(Self(Arc::new(Inner { file, readers, queue, tally, changes })))
    }

    /// Waits for everything that is under way, tasks included, and closes the file. Later calls are refused.
    pub async fn close(&self) {
        let (teller, told) = pair();
        self.0.changes.close();
        if self.0.queue.send(Item::Close(teller)).is_ok() {
            told.await;
        }
        self.0.readers.close();
    }

    /// Sends a request to the writer's thread, and waits for its answer.
    async fn ask<T>(&self, action: &str, item: impl FnOnce(Teller<Answered<T>>) -> Item) -> Answered<T> {
        let (teller, told) = pair();
        let sent = self.0.queue.send(item(teller));
        let answer = if sent.is_ok() { told.await } else { None };
        answer.unwrap_or_else(|| {
            let fault = Fault { cause: Cause::Unreachable, reason: CLOSED.into(), hint: None };
            Err(fault.of_store(&self.0.file.address, action))
        })
    }
}

impl SqliteStore {
    /// Reads with a connection of its own; with the result comes the time by the file's clock.
    fn read<'a, T: Send + 'a>(
        &'a self,
        read: impl FnOnce(&Connection, &str) -> rusqlite::Result<(T, u64)> + Send + 'a,
    ) -> Answer<'a, T> {
        Box::pin(async move {
            let Inner { file, readers, .. } = &*self.0;
            let (found, now) = readers.read(file, |connection| read(connection, file.address.name()))?;
            Ok((found, Timestamp::from_unix(now)))
        })
    }
}

impl Store for SqliteStore {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        self.read(move |connection, name| apply::load(connection, name, id))
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(async {
            let write = |teller| Item::Apply(Write { operations: operations.to_vec(), teller });
            self.ask(WRITE, write).await
        })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        self.read(move |connection, name| sign_ins::list(connection, name, person))
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        self.read(move |connection, name| sign_ins::feed(connection, name, mark))
    }

    /// Ends with a change that this process makes, and each second because other processes may make some.
    fn changed(&self) -> Changed {
        let changed = self.0.changes.next();
        // The thread may be at rest for a minute. Once the store is closed, nothing changes any more.
        drop(self.0.queue.send(Item::Await));
        changed
    }

    /// Returns after about a second even if more could be removed: then the number is less than `limit`. It works at the pace of
    /// the disk, and lets writes go first.
    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        Box::pin(async move {
            let (mut removed, mut started) = (0, None);
            loop {
                let lot = LOT.min(limit - removed);
                let (some, now) = self.ask(PURGE, |teller| Item::Purge(lot, teller)).await?;
                removed += some;
                if some < lot || removed == limit || now > *started.get_or_insert(now) {
                    return Ok((removed, now));
                }
            }
        })
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(self.ask("make tables for sessions at", Item::Create))
    }

    fn upkeep(&self) -> Upkeep {
        self.0.tally.read()
    }

    fn spawn(&self, task: Task) {
        let task = Carried::new(task, self.0.queue.clone());
        // Once the store is closed, the task is dropped: any call of its would be refused.
        drop(self.0.queue.send(Item::Begin(task)));
    }
}

impl fmt::Display for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.file.address.fmt(f)
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SqliteStore({self})")
    }
}
