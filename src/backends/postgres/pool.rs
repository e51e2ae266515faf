//! Connections for many calls at a time: made when they are needed, at most [`MOST`].
//!
//! A call puts its connection back only after an answer without error: work left half done is gone with its connection. Nothing
//! is sent twice. A connection that was idle for a second or two is asked whether it is still alive; busy ones pay nothing for
//! that.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::{prepared, wire};

pub(super) struct Pool {
    target: PgConnectOptions,
    /// True if a pooler is in between: then a connection of ours uses different connections of the server in turn.
    is_shared: AtomicBool,
    permits: Semaphore,
    idle: Mutex<Vec<Idle>>,
    /// Seconds, roughly.
    ticks: AtomicU64,
}

struct Idle {
    connection: PgConnection,
    since: u64,
}

/// A connection that a call has taken.
pub(super) struct Lease<'a> {
    pub(super) connection: PgConnection,
    /// True if it was made just now.
    pub(super) is_new: bool,
    pool: &'a Pool,
    _permit: SemaphorePermit<'a>,
}

impl Pool {
    pub(super) fn new(target: PgConnectOptions) -> Self {
        let target = target.statement_cache_capacity(STATEMENTS).extra_float_digits(None);
        let (permits, idle) = (Semaphore::new(MOST), Mutex::default());
        Self { target, is_shared: AtomicBool::new(false), permits, idle, ticks: AtomicU64::new(0) }
    }

    pub(super) const fn target(&self) -> &PgConnectOptions {
        &self.target
    }

    /// A connection; none once the pool is closed.
    pub(super) async fn lease(&self) -> Result<Option<Lease<'_>>, sqlx::Error> {
        let Ok(permit) = self.permits.acquire().await else { return Ok(None) };
        if let Some(Idle { mut connection, since }) = self.take() {
            let is_fresh = self.ticks.load(Ordering::Relaxed) <= since + 1;
            if is_fresh || connection.ping().await.is_ok() {
                return Ok(Some(Lease { connection, is_new: false, pool: self, _permit: permit }));
            }
            // The cause that broke this one also broke the others.
            self.drop_idle();
        }
        let connection = self.connect().await?;
        Ok(Some(Lease { connection, is_new: true, pool: self, _permit: permit }))
    }

    /// Connects, with settings that hold whatever the database's defaults are; a statement that nobody awaits any more does not
    /// run on. Settings made later would stay on a connection that others share.
    async fn connect(&self) -> Result<PgConnection, sqlx::Error> {
        if !self.is_shared() {
            match wire::connect(&self.target.clone().options(SETTINGS)).await {
                Err(error) if prepared::refuses_settings(&error) => self.share(),
                made => return made,
            }
        }
        wire::connect(&self.target).await
    }

    pub(super) fn is_shared(&self) -> bool {
        self.is_shared.load(Ordering::Relaxed)
    }

    /// Stops preparing statements from now on.
    pub(super) fn share(&self) {
        self.is_shared.store(true, Ordering::Relaxed);
        self.drop_idle();
    }

    /// Closes the connections that nobody uses.
    pub(super) fn drop_idle(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Counts a second, and closes the connections that were idle for long.
    pub(super) fn tick(&self) {
        let now = self.ticks.fetch_add(1, Ordering::Relaxed) + 1;
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|it| it.since + LONGEST_IDLE > now);
    }

    /// Waits for all calls, and lets no further one begin.
    pub(super) async fn close(&self) {
        let most = u32::try_from(MOST).unwrap_or(u32::MAX);
        // An error means that it is closed already.
        drop(self.permits.acquire_many(most).await);
        self.permits.close();
        self.drop_idle();
    }

    fn take(&self) -> Option<Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

impl Lease<'_> {
    /// Keeps the connection for the next call.
    pub(super) fn put_back(self) {
        let since = self.pool.ticks.load(Ordering::Relaxed);
        let idle = Idle { connection: self.connection, since };
        self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(idle);
    }
}

const SETTINGS: [(&str, &str); 2] =
    [("statement_timeout", "2s"), ("default_transaction_isolation", "read committed")];
/// The most prepared statements on each connection.
const STATEMENTS: usize = 8;
const MOST: usize = 10;
/// In ticks.
const LONGEST_IDLE: u64 = 600;
