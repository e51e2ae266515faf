//! Connections that read in place: on the thread that asks, in microseconds.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::Connection;

use super::file::File;
use crate::backends::fault::{Cause, Fault};
use crate::store::StoreError;

/// At most [`MOST`] connections, made when they are needed.
pub(super) struct Readers {
    shelf: Mutex<Shelf>,
    returned: Condvar,
}

struct Shelf {
    idle: Vec<Connection>,
    /// The number of connections, including those that are lent out.
    open: usize,
    is_closed: bool,
}

impl Readers {
    pub(super) const fn new() -> Self {
        let shelf = Shelf { idle: Vec::new(), open: 0, is_closed: false };
        Self { shelf: Mutex::new(shelf), returned: Condvar::new() }
    }

    /// Reads with one of the connections. A connection that failed is not used again.
    pub(super) fn read<T>(
        &self,
        file: &File,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let mut place = self.place(file)?;
        let connection = match place.connection.take() {
            Some(connection) => connection,
            None => file.connect(READ)?,
        };
        let found = read(&connection).map_err(|error| file.failed(READ, &error))?;
        place.connection = Some(connection);
        Ok(found)
    }

    /// Refuses all calls from now on.
    pub(super) fn close(&self) {
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.is_closed = true;
        shelf.open -= shelf.idle.len();
        shelf.idle.clear();
    }

    fn place(&self, file: &File) -> Result<Place<'_>, StoreError> {
        let shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        let is_taken = |shelf: &mut Shelf| shelf.idle.is_empty() && shelf.open >= MOST;
        let waited = self.returned.wait_timeout_while(shelf, PATIENCE, is_taken);
        let (mut shelf, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        let unreachable = |reason: &str| {
            let fault = Fault { cause: Cause::Unreachable, reason: reason.into(), hint: None };
            fault.of_store(&file.address, READ)
        };
        if shelf.is_closed {
            return Err(unreachable(CLOSED));
        }
        if waited.timed_out() {
            return Err(unreachable("all connections are in use"));
        }
        let connection = shelf.idle.pop();
        shelf.open += usize::from(connection.is_none());
        Ok(Place { readers: self, connection })
    }
}

/// A connection while it is lent out, or the place for one.
struct Place<'a> {
    readers: &'a Readers,
    connection: Option<Connection>,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut shelf = self.readers.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        match self.connection.take() {
            Some(connection) if !shelf.is_closed => shelf.idle.push(connection),
            _ => shelf.open -= 1,
        }
        drop(shelf);
        self.readers.returned.notify_one();
    }
}

pub(super) const READ: &str = "read sessions at";
pub(super) const CLOSED: &str = "this store was closed";
const MOST: usize = 8;
const PATIENCE: Duration = Duration::from_millis(900);
