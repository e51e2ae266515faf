//! The thread that writes: it commits the writes that have gathered in one transaction.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use super::checkpoints::Checkpoints;
use super::file::File;
use super::queue::{Answered, Item, Write};
use super::{apply, clock};
use crate::Timestamp;
use crate::backends::tally::Tally;
use crate::store::changes::Changes;
use crate::store::tell::Teller;
use crate::store::{Applied, StoreError, StoreErrorKind};

pub(super) struct Writer {
    file: Arc<File>,
    tally: Arc<Tally>,
    checkpoints: Checkpoints,
    connection: Option<Connection>,
    /// The number of tasks that have not ended.
    tasks: usize,
    /// The callers that wait until everything is done.
    closing: Vec<Teller<()>>,
    /// The file's time of the last upkeep.
    tidied_at: Option<u64>,
    is_untidy: bool,
    /// The waits for changes, also for those of other processes.
    changes: Changes,
    /// The file's time when those who wait were last told.
    told_at: u64,
    /// Seconds without a write since the last upkeep.
    rested: u64,
}

impl Writer {
    pub(super) const fn new(
        file: Arc<File>,
        tally: Arc<Tally>,
        checkpoints: Checkpoints,
        changes: Changes,
    ) -> Self {
        Self {
            file,
            tally,
            checkpoints,
            changes,
            told_at: 0,
            rested: 0,
            connection: None,
            tasks: 0,
            closing: Vec::new(),
            tidied_at: None,
            is_untidy: false,
        }
    }

    /// Works until the store is closed, or until it has no handle left.
    pub(super) fn run(mut self, queue: &Receiver<Item>) {
        loop {
            let patience = match (self.is_untidy, self.changes.are_awaited()) {
                (true, _) => SOON,
                (false, true) => SECOND,
                (false, false) => MINUTE,
            };
            match queue.recv_timeout(patience) {
                Ok(first) => self.work(first, queue),
                Err(RecvTimeoutError::Timeout) => self.rest(patience),
                Err(RecvTimeoutError::Disconnected) => return,
            }
            if !self.closing.is_empty() && self.tasks == 0 {
                // Requests that came meanwhile count as under way.
                while let Ok(item) = queue.try_recv() {
                    self.work(item, queue);
                }
                // The file is closed before the answer.
                drop((self.connection.take(), self.checkpoints));
                return self.closing.into_iter().for_each(|teller| teller.tell(()));
            }
        }
    }

    /// Takes the requests that have gathered.
    fn work(&mut self, first: Item, queue: &Receiver<Item>) {
        let mut writes = Vec::new();
        let mut next = Some(first);
        while let Some(item) = next.take().or_else(|| queue.try_recv().ok()) {
            match item {
                Item::Apply(write) => writes.push(write),
                Item::Begin(task) => {
                    self.tasks += 1;
                    self.tasks -= usize::from(task.poll());
                }
                Item::GoOn(task) => self.tasks -= usize::from(task.poll()),
                Item::Purge(limit, teller) => self.purge_for(limit, teller),
                Item::Create(teller) => teller.tell(self.create_tables()),
                Item::Close(teller) => self.closing.push(teller),
                Item::Await => {}
            }
            if writes.len() == MOST {
                break;
            }
        }
        self.write(writes);
    }

    /// Carries out all writes, each with its own outcome.
    pub(super) fn write(&mut self, writes: Vec<Write>) {
        if writes.is_empty() {
            return;
        }
        match self.commit(&writes) {
            Ok((outcomes, now)) => {
                self.checkpoints.want();
                let ends = |write: &Write| write.operations.iter().any(|it| it.record_id().is_none());
                let has_ends = writes.iter().any(ends);
                for (write, (outcome, time)) in writes.into_iter().zip(outcomes) {
                    write.teller.tell(Ok((outcome, Timestamp::from_unix(time))));
                }
                if has_ends || self.told_at != now {
                    // Other processes may have changed something.
                    self.told_at = now;
                    self.changes.tell();
                }
                self.tidy_at(now);
            }
            // None of them is done, and the others may be possible: a removal on a full disk.
            Err(error) if writes.len() > 1 && error.kind() != StoreErrorKind::Unreachable => {
                writes.into_iter().for_each(|write| self.write(vec![write]));
            }
            Err(error) => {
                writes.into_iter().for_each(|write| write.teller.tell(Err(error.clone())));
            }
        }
    }

    /// The outcomes, each with the time to answer; and the file's time.
    fn commit(&mut self, writes: &[Write]) -> Result<(Vec<(Applied, u64)>, u64), StoreError> {
        let file = Arc::clone(&self.file);
        self.with(WRITE, |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let (now, store) = (clock::time(&transaction)?, file.address.name());
            let outcomes = writes.iter().map(|it| apply::apply(&transaction, store, &it.operations, now));
            let outcomes = outcomes.collect::<Result<_, _>>()?;
            transaction.commit()?;
            Ok((outcomes, now))
        })
    }

    /// Answers when the changes of a lot are on the disk. They may be a page for each row. The next lot does not begin earlier.
    fn purge_for(&mut self, limit: u32, teller: Teller<Answered<u32>>) {
        let purged = self.purge(limit);
        match purged {
            Ok((1.., _)) => self.checkpoints.before(|| teller.tell(purged)),
            _ => teller.tell(purged),
        }
    }

    fn purge(&mut self, limit: u32) -> Answered<u32> {
        let file = Arc::clone(&self.file);
        let purged = self.with(PURGE, |connection| {
            let removed = apply::purge(connection, file.address.name(), limit)?;
            Ok((removed, Timestamp::from_unix(clock::time(connection)?)))
        });
        self.tally.count(&purged);
        purged
    }

    fn create_tables(&mut self) -> Answered<()> {
        self.file.create_tables(CREATE)?;
        let now = self.with(CREATE, |connection| clock::time(connection))?;
        Ok(((), Timestamp::from_unix(now)))
    }

    /// Called when no request came for a while: those who wait for changes then look for those of other processes.
    fn rest(&mut self, patience: Duration) {
        self.changes.tell();
        self.rested += patience.as_secs();
        if self.is_untidy || self.rested >= MINUTE.as_secs() {
            self.rested = 0;
            self.tidy();
        }
    }

    /// Purges once a minute, under load too, and again each second while there is more.
    pub(super) fn tidy_at(&mut self, now: u64) {
        let tidied_at = *self.tidied_at.get_or_insert(now);
        let wait = if self.is_untidy { 1 } else { MINUTE.as_secs() };
        if now.abs_diff(tidied_at) >= wait {
            self.tidied_at = Some(now);
            self.tidy();
        }
    }

    /// Purges a lot, small enough that nobody waits long for it. If it fails, the next one may succeed.
    fn tidy(&mut self) {
        self.is_untidy = self.purge(LOT).is_ok_and(|(removed, _)| removed == LOT);
        self.checkpoints.want();
    }

    /// Does something with the connection; it is made again after an error.
    fn with<T>(
        &mut self,
        action: &str,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => none.insert(self.file.connect(action)?),
        };
        work(connection).map_err(|error| {
            let error = self.file.failed(action, &error);
            if error.kind() != StoreErrorKind::Unreachable {
                self.connection = None;
            }
            error
        })
    }

    #[cfg(test)]
    pub(super) fn connection(&mut self) -> &Connection {
        self.connection.get_or_insert_with(|| self.file.connect(WRITE).unwrap())
    }
}

/// The rows that one call for a purge removes at a time.
pub(super) const LOT: u32 = 256;
pub(super) const WRITE: &str = "write sessions at";
pub(super) const PURGE: &str = "purge sessions at";
const CREATE: &str = "make tables for sessions at";
/// The most writes in one transaction.
const MOST: usize = 256;
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const SOON: Duration = Duration::from_millis(50);
