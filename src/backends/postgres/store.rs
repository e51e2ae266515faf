//! Sessions in PostgreSQL.

use core::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::sleep;

use super::client::Client;
use super::{sign_ins, wire};
use crate::Timestamp;
use crate::backends::hints::Hints;
use crate::backends::tally::Tally;
use crate::store::{
    Answer, Applied, Changed, Feed, Op, Record, RecordId, SignInRow, Store, StoreError, Task, Upkeep,
};
use crate::token::PersonId;

/// Keeps sessions in a PostgreSQL database, version 11 or later, for many nodes.
///
/// A call is one round trip, and two if it signs somebody in or out. It ends within 2 seconds, whatever the server does, and
/// nothing is sent twice. There are at most 10 connections, made when they are needed. A pooler that shares connections
/// (PgBouncer, `pool_mode = transaction`) may be in between. An answered write is as durable as the server's `fsync` and
/// `synchronous_commit` make it. Cloning is cheap.
///
/// `gingersnap store init URL`, or [`create_tables`](Store::create_tables), makes the tables `gingersnap_sessions`,
/// `gingersnap_sign_ins` and `gingersnap_schema`, in the first schema of the role's `search_path`. A node needs no more than
///
/// ```sql
/// GRANT SELECT ON gingersnap_schema TO web;
/// GRANT SELECT, INSERT, UPDATE, DELETE ON gingersnap_sessions, gingersnap_sign_ins TO web;
/// ```
///
/// Records that ended more than an hour ago are removed a few at a time, once a minute, by a task that the first call starts
/// and that ends with the last clone. Time is the server's.
#[derive(Clone)]
pub struct PostgresStore(Arc<Inner>);

struct Inner {
    client: Client,
    /// The number of tasks that have not ended.
    tasks: watch::Sender<usize>,
    tally: Tally,
    upkeep: Mutex<Option<AbortHandle>>,
    hints: Arc<Hints>,
    is_closed: watch::Sender<bool>,
}

impl PostgresStore {
    /// The store at `postgres://user:password@host:port/database?sslmode=…#name`; `#name` is `default` unless given. Connects to
    /// nothing. For anything that the URL leaves out, see [`keystore::open`](crate::keystore::open).
    ///
    /// # Errors
    /// [`StoreErrorKind::BadUrl`](crate::store::StoreErrorKind::BadUrl).
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let (options, address) = wire::parse(url)?;
        let (tasks, upkeep) = (watch::Sender::new(0), Mutex::new(None));
        Ok(Self(Arc::new(Inner {
            client: Client::new(options, address),
            tasks,
            tally: Tally::default(),
            upkeep,
            hints: Arc::default(),
            is_closed: watch::Sender::new(false),
        })))
    }

    /// Waits for everything that is under way, tasks included, and closes the connections. Later calls are refused.
    pub async fn close(&self) {
        self.0.is_closed.send_replace(true);
        // An error would mean that the sender is gone, but it is here.
        drop(self.0.tasks.subscribe().wait_for(|tasks| *tasks == 0).await);
        self.0.client.pool.close().await;
    }

    /// Starts the upkeep, unless it runs already. The task ends before the store if its runtime does.
    fn keep_up(&self) {
        let mut upkeep = self.0.upkeep.lock().unwrap_or_else(PoisonError::into_inner);
        if upkeep.as_ref().is_none_or(AbortHandle::is_finished)
            && let Ok(runtime) = Handle::try_current()
        {
            *upkeep = Some(runtime.spawn(keep_up(Arc::downgrade(&self.0))).abort_handle());
        }
    }
}

/// Purges a little once a minute, and again at once while there is more.
async fn keep_up(store: Weak<Inner>) {
    for second in 1u64.. {
        sleep(SECOND).await;
        let Some(inner) = store.upgrade() else { return };
        inner.client.pool.tick();
        if second % 60 == 0 {
            while inner.purge(LOT).await.is_ok_and(|(removed, _)| removed == LOT) {
                sleep(PAUSE).await;
            }
        }
    }
}

impl Inner {
    async fn purge(&self, limit: u32) -> Result<(u32, Timestamp), StoreError> {
        let purged = self.client.in_time(PURGE, self.client.purge(limit)).await;
        self.tally.count(&purged);
        purged
    }
}

impl Store for PostgresStore {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        self.keep_up();
        Box::pin(self.0.client.in_time("read sessions at", self.0.client.load(id)))
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        self.keep_up();
        Box::pin(self.0.client.in_time("write sessions at", self.0.client.apply(operations)))
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        self.keep_up();
        Box::pin(self.0.client.in_time("read sign-ins at", self.0.client.sign_ins(person)))
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        self.keep_up();
        Box::pin(self.0.client.in_time("read sign-ins at", self.0.client.feed(mark)))
    }

    fn changed(&self) -> Changed {
        let topic = self.0.client.topic(sign_ins::CHANNEL);
        let (hints, mut is_closed) = (Arc::clone(&self.0.hints), self.0.is_closed.subscribe());
        Box::pin(async move {
            tokio::select! {
                () = hints.next_or_soon::<PgListener>(topic) => true,
                // An error means that the last handle is gone.
                _ = is_closed.wait_for(|is_closed| *is_closed) => false,
            }
        })
    }

    /// Returns after about a second even if more could be removed: then the number is less than `limit`.
    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        Box::pin(async move {
            let (mut removed, mut started) = (0, None);
            loop {
                let lot = LOT.min(limit - removed);
                let (some, now) = self.0.purge(lot).await?;
                removed += some;
                if some < lot || removed == limit || now > *started.get_or_insert(now) {
                    return Ok((removed, now));
                }
            }
        })
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(self.0.client.in_time("make tables for sessions at", self.0.client.create_tables()))
    }

    fn upkeep(&self) -> Upkeep {
        self.0.tally.read()
    }

    fn spawn(&self, task: Task) {
        struct Ended(Arc<Inner>);
        impl Drop for Ended {
            fn drop(&mut self) {
                self.0.tasks.send_modify(|tasks| *tasks -= 1);
            }
        }
        self.0.tasks.send_modify(|tasks| *tasks += 1);
        let ended = Ended(Arc::clone(&self.0));
        drop(tokio::spawn(async move {
            let _ended = ended;
            task.await;
        }));
    }
}

impl fmt::Display for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.client.address.fmt(f)
    }
}

impl fmt::Debug for PostgresStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PostgresStore({self})")
    }
}

const PURGE: &str = "purge sessions at";
/// Rows that one statement removes.
const LOT: u32 = 500;
const SECOND: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(100);
