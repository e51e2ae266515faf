//! The thread that copies the log into the file, so that no writer waits for the disk.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{io, mem};

use rusqlite::Connection;

use super::file::File;
use crate::store::StoreError;

/// Work to do after the next checkpoint.
type Then = Box<dyn FnOnce() + Send>;

/// Makes a checkpoint half a second after a write, or at once if somebody waits for it.
pub(super) struct Checkpoints {
    wishes: Arc<Wishes>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Wishes {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    is_wanted: bool,
    is_over: bool,
    then: Vec<Then>,
}

impl Checkpoints {
    pub(super) fn start(file: Arc<File>) -> io::Result<Self> {
        let wishes = Arc::<Wishes>::default();
        let mut worker = Worker { file, connection: None };
        let thread = thread::Builder::new().name("gingersnap-disk".into()).spawn({
            let wishes = Arc::clone(&wishes);
            move || {
                while let Some(then) = wishes.next() {
                    worker.work();
                    then.into_iter().for_each(|then| then());
                }
            }
        })?;
        Ok(Self { wishes, thread: Some(thread) })
    }

    /// Asks for a checkpoint, since something was written.
    pub(super) fn want(&self) {
        if !mem::replace(&mut self.wishes.lock().is_wanted, true) {
            self.wishes.changed.notify_one();
        }
    }

    /// Asks for a checkpoint at once, since much was written, and does `work` after it.
    pub(super) fn before(&self, work: impl FnOnce() + Send + 'static) {
        let mut state = self.wishes.lock();
        state.is_wanted = true;
        state.then.push(Box::new(work));
        self.wishes.changed.notify_one();
    }
}

impl Drop for Checkpoints {
    /// Waits until the thread has closed its connection.
    fn drop(&mut self) {
        self.wishes.lock().is_over = true;
        self.wishes.changed.notify_one();
        // A panic in the thread has closed it as well.
        self.thread.take().into_iter().for_each(|thread| drop(thread.join()));
    }
}

impl Wishes {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a request, and for others that may follow; `None` if there will be no more.
    fn next(&self) -> Option<Vec<Then>> {
        let is_idle = |state: &mut State| !state.is_wanted && !state.is_over;
        let state = self.changed.wait_while(self.lock(), is_idle).unwrap_or_else(PoisonError::into_inner);
        let has_time = |state: &mut State| state.then.is_empty() && !state.is_over;
        let waited = self.changed.wait_timeout_while(state, PAUSE, has_time);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.is_wanted = false;
        (!state.is_over).then(|| mem::take(&mut state.then))
    }
}

struct Worker {
    file: Arc<File>,
    connection: Option<Connection>,
}

impl Worker {
    /// A failed checkpoint is made after the next write, with another connection.
    fn work(&mut self) {
        if self.carry_over().is_err() {
            self.connection = None;
        }
    }

    fn carry_over(&mut self) -> Result<(), StoreError> {
        let connection = match &mut self.connection {
            Some(connection) => connection,
            none => {
                let connection = none.insert(self.file.connect(CARRY)?);
                connection.busy_timeout(LEAST).map_err(|error| self.file.failed(CARRY, &error))?;
                connection
            }
        };
        carry_over(connection).map_err(|error| self.file.failed(CARRY, &error))
    }
}

/// A long log is started anew, which is only possible when all of it is in the file. So that nobody waits for that, pages that
/// came during one checkpoint are copied by another, until none came. If there are always more, somebody has to wait in the end.
fn carry_over(connection: &Connection) -> rusqlite::Result<()> {
    let mut pages = checkpoint(connection, PASSIVE)?;
    if pages < LONG {
        return Ok(());
    }
    for _ in 0..TRIES {
        let before = mem::replace(&mut pages, checkpoint(connection, PASSIVE)?);
        if pages == before || pages >= TOO_LONG {
            return checkpoint(connection, RESTART).map(drop);
        }
    }
    Ok(())
}

/// Returns the length of the log, in pages.
fn checkpoint(connection: &Connection, statement: &str) -> rusqlite::Result<i64> {
    connection.prepare_cached(statement)?.query_row((), |row| row.get(1))
}

/// Waits for nobody, and makes nobody wait.
const PASSIVE: &str = "PRAGMA wal_checkpoint(PASSIVE)";
/// Makes writers wait.
const RESTART: &str = "PRAGMA wal_checkpoint(RESTART)";
const TRIES: usize = 8;
const CARRY: &str = "carry over the log of";
/// Everything that is written within this time goes into the same checkpoint.
const PAUSE: Duration = Duration::from_millis(500);
/// Pages in a log of 16 MiB.
const LONG: i64 = 4_096;
/// 48 MiB: at 64 MiB the next commit makes the checkpoint itself.
const TOO_LONG: i64 = 3 * LONG;
/// The longest time that writers wait for readers when the log is started anew.
const LEAST: Duration = Duration::from_millis(20);
