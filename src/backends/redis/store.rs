//! Sessions in Redis or Valkey.

use core::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};

use super::keys::Keys;
use super::listen::Messages;
use super::script::{self, Foreign};
use super::shared::Shared;
use super::sign_ins;
use crate::Timestamp;
use crate::backends::fault::wrong_schema;
use crate::backends::hints::Hints;
use crate::store::{
    Answer, Applied, Changed, Feed, Op, Record, RecordId, SignInRow, Store, StoreError,
    StoreErrorKind as Kind, Task, Warnings,
};
use crate::token::{PersonId, SessionId};

/// Keeps sessions in Redis 6 or later, or Valkey, for many nodes; not in a cluster.
///
/// The URL is `redis://user:password@host:port/number#name`, or `rediss://` for TLS, whose roots are the system's. One server
/// holds many stores; `#name` is the name of this one, `default` unless given. All calls share one connection, and each is one
/// round trip (a list of sign-ins is two). A second connection listens for hints. It needs tokio. A clone is another handle to
/// the same store.
///
/// A write that the server acknowledges is as durable as its settings make it, and by default that is not much:
///
/// ```text
/// appendonly yes                 # else a restart forgets sessions, and revives what was removed
/// maxmemory-policy noeviction    # any other ends sessions when memory is short
/// ```
///
/// Even so, a replica that takes over may lack the last writes: sessions are then as they were before, and a session that was
/// ended in that moment is not ended. Loads and writes ask the primary; a replica is [`ReadOnly`](Kind::ReadOnly), unless it has
/// `replica-read-only no`, which no server should have.
///
/// # Keys and rights
/// A record is the string `gingersnap:<name>:session:<id>`. Its time to live is the session's and an hour: the server removes it
/// by itself. Keys that begin with `gingersnap:<name>:sign-in:` are about sign-ins: a hash for each person, and the ends in the
/// sorted set `feed`. [`purge`](Store::purge) removes the ends that have no meaning any more from it. A node needs no more than
/// (for the name `shop`)
///
/// ```text
/// ACL SETUSER web on >password resetkeys ~gingersnap:shop:session:* ~gingersnap:shop:sign-in:*
///   resetchannels &gingersnap:shop:sign-in -@all +time +get +getrange +set +del +eval +evalsha +hget
///   +hmget +hgetall +hset +hdel +hlen +exists +expire +ttl +incrby +sadd +smembers +zadd +zrange
///   +zrangebyscore +zrem +publish +subscribe +ping +info
/// ```
///
/// and `+select` for any database but 0. [`create_tables`](Store::create_tables) makes nothing: it tries these rights with a
/// record that it removes again. If it may ask (`+config|get`), it refuses a server that would drop sessions to make room.
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

struct Inner {
    shared: Shared,
    keys: Keys,
    hints: Arc<Hints>,
    /// The rank in the feed at which the next purge begins to look.
    swept: AtomicU64,
}

impl RedisStore {
    /// The store that the URL names. Connects to nothing.
    ///
    /// # Errors
    /// [`Kind::BadUrl`].
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let shared = Shared::new(url)?;
        let keys = Keys::new(shared.address.name());
        Ok(Self(Arc::new(Inner { shared, keys, hints: Arc::default(), swept: AtomicU64::new(0) })))
    }

    async fn eviction(&self) -> Result<Option<String>, StoreError> {
        let (limit, policy) = (self.setting("maxmemory").await?, self.setting("maxmemory-policy").await?);
        let policy =
            policy.filter(|policy| policy != "noeviction" && limit.is_some_and(|limit| limit != "0"));
        Ok(policy.map(|policy| format!("`maxmemory-policy {policy}` drops sessions when memory is short")))
    }

    /// The value of a setting; none if the user may not ask for it.
    async fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        let mut get = redis::cmd("CONFIG");
        get.arg("GET").arg(name);
        let ask = |mut wire: MultiplexedConnection| async move {
            let value = wire.req_packed_command(&get).await?;
            Ok(value.extract_error().ok())
        };
        let value = self.0.shared.call(READ, ask).await?;
        let pair = value.and_then(|value| redis::from_redis_value::<Vec<(String, String)>>(value).ok());
        Ok(pair.and_then(|pairs| pairs.into_iter().next()).map(|(_, value)| value))
    }

    async fn read(&self, key: &str) -> Result<(Option<Record>, Timestamp), StoreError> {
        let calls = script::load(key, &self.0.keys.none);
        let (value, time) = self.asked(READ, calls, script::loaded).await?;
        let record = value.as_deref().map(script::read).transpose();
        Ok((record.map_err(|foreign| self.foreign(&foreign, READ))?, time))
    }

    /// Sends calls in one go, and reads their answers.
    async fn asked<T>(
        &self,
        action: &str,
        calls: Pipeline,
        read: impl FnOnce(Vec<Value>) -> RedisResult<T>,
    ) -> Result<T, StoreError> {
        let ask = |mut wire: MultiplexedConnection| async move {
            read(wire.req_packed_commands(&calls, 0, calls.len()).await?)
        };
        self.0.shared.call(action, ask).await
    }

    async fn list(&self, person: PersonId) -> Result<(Vec<SignInRow>, Timestamp), StoreError> {
        let (rows, time) = self.asked(READ, sign_ins::list(&self.0.keys, person), sign_ins::listed).await?;
        let rows = rows.ok_or_else(|| self.foreign(&Foreign::Else, READ))?;
        if rows.is_empty() {
            return Ok((rows, time));
        }
        let ended = self.asked(READ, sign_ins::ended(&self.0.keys, &rows), sign_ins::have_ended).await?;
        let alive = rows.into_iter().zip(ended).filter(|(_, ended)| !ended);
        Ok((alive.map(|(row, _)| row).collect(), time))
    }

    async fn pull(&self, mark: &[u8]) -> Result<(Feed, Timestamp), StoreError> {
        for mark in [mark, &[]] {
            let place = sign_ins::place(mark).map_or(0, |(_, place)| place);
            let calls = sign_ins::page(&self.0.keys, place);
            let (feed, time) = self.asked(READ, calls, |answers| sign_ins::feed(answers, mark)).await?;
            if let Some(feed) = feed {
                return Ok((feed, time));
            }
        }
        Err(self.foreign(&Foreign::Else, READ))
    }

    /// Looks at the next part of the feed, and removes the ends that were over an hour ago.
    async fn sweep(&self, limit: u32) -> Result<(u32, Timestamp), StoreError> {
        let (from, number) = (self.0.swept.load(Ordering::Relaxed), PART.min(limit.into()));
        let calls = sign_ins::part(&self.0.keys, from, number);
        let (seen, over, time) = self.asked(PURGE, calls, sign_ins::over).await?;
        if !over.is_empty() {
            let call = sign_ins::remove(&self.0.keys, &over);
            let ask =
                |mut wire: MultiplexedConnection| async move { call.query_async::<u64>(&mut wire).await };
            self.0.shared.call(PURGE, ask).await?;
        }
        // After the end it starts again from the beginning.
        let kept = u64::try_from(seen - over.len()).unwrap_or_default();
        let next = if u64::try_from(seen).is_ok_and(|seen| seen < number) { 0 } else { from + kept };
        self.0.swept.store(next, Ordering::Relaxed);
        Ok((u32::try_from(over.len()).unwrap_or(u32::MAX), time))
    }

    async fn write(&self, operations: &[Op]) -> Result<(Applied, Timestamp), StoreError> {
        let call = |is_known| {
            let mut call = script::call(is_known);
            script::add(&mut call, operations, &self.0.keys);
            call
        };
        let ask = |mut wire: MultiplexedConnection| async move {
            match call(true).query_async(&mut wire).await {
                // The server has not seen the script since it started, and so has done nothing.
                Err(error) if is_unknown_script(&error) => call(false).query_async(&mut wire).await,
                answer => answer,
            }
            .map_err(script::met)
        };
        let answer: Vec<u8> = self.0.shared.call(WRITE, ask).await?;
        let (applied, time) = script::outcome(&answer).ok_or_else(|| self.foreign(&Foreign::Else, WRITE))?;
        Ok((applied.map_err(|foreign| self.foreign(&foreign, WRITE))?, time))
    }

    fn foreign(&self, foreign: &Foreign, action: &str) -> StoreError {
        let address = &self.0.shared.address;
        match foreign {
            Foreign::Form(form) => wrong_schema(address, action, *form, script::FORM),
            Foreign::Else => {
                let message = format!("cannot {action} {address}: a record is none");
                StoreError::new(Kind::Io, message).with_hint("something else has a key of this name")
            }
        }
    }

    /// Tries everything that a node does, with a record and a sign-in that nobody has.
    async fn try_rights(&self) -> Result<((), Timestamp), StoreError> {
        let (id, record) = (RecordId::from_bytes([0; 16]), Record { version: 0, bytes: Vec::new() });
        let (sign_in, person) = (SessionId::from_bytes([0; 16]), PersonId::from_bytes([0; 16]));
        let (lifetime, owner) = (0, Some(person));
        let enter = Op::Enter {
            id: sign_in,
            person,
            renews: None,
            cuts_off: None,
            started_at: Timestamp::default(),
            lifetime,
            label: None,
        };
        self.write(&[Op::Insert { id, owner, lifetime, record }, enter]).await?;
        self.load(id).await?;
        self.list(person).await?;
        self.write(&[Op::Remove { id, owner }, Op::Erase { person, lifetime }]).await?;
        self.pull(&[]).await?;
        let (_, time) = self.sweep(1).await?;
        Ok(((), time))
    }
}

impl Store for RedisStore {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        Box::pin(async move { self.read(&self.0.keys.record(id)).await })
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(self.write(operations))
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        Box::pin(self.list(person))
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        Box::pin(self.pull(mark))
    }

    fn changed(&self) -> Changed {
        let topic = self.0.shared.topic(self.0.keys.sign_ins.trim_end_matches(':'));
        let hints = Arc::clone(&self.0.hints);
        Box::pin(async move {
            hints.next_or_soon::<Messages>(topic).await;
            true
        })
    }

    /// Looks at a part of the feed, and removes ends that have no meaning any more, nothing else: the server removes the rest.
    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        Box::pin(self.sweep(limit))
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            if let Some(reason) = self.eviction().await? {
                let message = format!("cannot keep sessions at {self}: {reason}");
                return Err(StoreError::new(Kind::Io, message).with_hint("set `maxmemory-policy noeviction`"));
            }
            self.try_rights().await
        })
    }

    fn warnings(&self) -> Warnings<'_> {
        Box::pin(async {
            let mut warnings = Vec::from_iter(self.eviction().await?);
            if self.setting("appendonly").await?.is_some_and(|value| value != "yes") {
                warnings.push(
                    "without `appendonly yes` a restart forgets sessions, and revives what was removed"
                        .into(),
                );
            }
            Ok(warnings)
        })
    }

    fn spawn(&self, task: Task) {
        drop(tokio::spawn(task));
    }
}

impl fmt::Display for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.shared.address.fmt(f)
    }
}

impl fmt::Debug for RedisStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedisStore({self})")
    }
}

fn is_unknown_script(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}

const READ: &str = "read sessions at";
const WRITE: &str = "write sessions at";
const PURGE: &str = "purge sessions at";
/// Members of the feed that one purge looks at.
const PART: u64 = 2000;
