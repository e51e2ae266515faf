//! Sessions in Redis or Valkey.

use core::fmt;
use std::sync::Arc;

use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{ErrorKind, RedisError, ServerErrorKind};

use super::script::{self, Foreign};
use super::shared::Shared;
use crate::Timestamp;
use crate::backends::fault::wrong_schema;
use crate::store::{
    Answer, Applied, Op, Record, RecordId, Store, StoreError, StoreErrorKind as Kind, Task, Warnings,
};

/// Keeps sessions in Redis 6 or later, or Valkey, for many nodes; not in a cluster.
///
/// The URL is `redis://user:password@host:port/number#name`, or `rediss://` for TLS, whose roots are the system's. One server
/// holds many stores; `#name` is the name of this one, `default` unless given. Each call is one round trip on one connection,
/// which all share; it needs tokio. A clone is another handle of the same.
///
/// What the server acknowledged is as durable as its settings make it, and by default that is not much:
///
/// ```text
/// appendonly yes                 # else a restart forgets sessions, and revives what was removed
/// maxmemory-policy noeviction    # any other ends sessions when memory is short
/// ```
///
/// A replica that takes over may lack the last writes even so: sessions are then as they were before, and a session that was
/// ended in that moment is not. Loads and writes ask the primary; a replica is [`ReadOnly`](Kind::ReadOnly), unless it has
/// `replica-read-only no`, which nobody should.
///
/// # Keys and rights
/// A record is the string `gingersnap:<name>:session:<id>`, whose time to live is the session's and an hour: the server removes it
/// by itself, and [`purge`](Store::purge) has nothing to do. A node needs no more than (for the name `shop`)
///
/// ```text
/// ACL SETUSER web on >password resetkeys ~gingersnap:shop:session:* resetchannels
///   -@all +time +get +getrange +set +del +eval +evalsha
/// ```
///
/// and `+select` for another database than 0. [`create_tables`](Store::create_tables) makes nothing: it tries these rights with
/// a record that it removes again, and refuses a server that would drop sessions to make room, where it may ask (`+config|get`).
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

struct Inner {
    shared: Shared,
    /// What keys of records begin with.
    prefix: String,
    /// The key of no record.
    none: String,
}

impl RedisStore {
    /// The store that the URL names. Connects to nothing.
    ///
    /// # Errors
    /// [`Kind::BadUrl`].
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let shared = Shared::new(url)?;
        let prefix = format!("gingersnap:{}:session:", shared.address.name());
        let none = format!("{prefix}-");
        Ok(Self(Arc::new(Inner { shared, prefix, none })))
    }

    async fn eviction(&self) -> Result<Option<String>, StoreError> {
        let (limit, policy) = (self.setting("maxmemory").await?, self.setting("maxmemory-policy").await?);
        let policy =
            policy.filter(|policy| policy != "noeviction" && limit.is_some_and(|limit| limit != "0"));
        Ok(policy.map(|policy| format!("`maxmemory-policy {policy}` drops sessions when memory is short")))
    }

    /// The value of a setting; none if the user may not ask.
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

    fn key(&self, id: RecordId) -> String {
        format!("{}{}", self.0.prefix, script::hex(&id.to_bytes()))
    }

    async fn read(&self, key: &str) -> Result<(Option<Record>, Timestamp), StoreError> {
        let calls = script::load(key, &self.0.none);
        let ask = |mut wire: MultiplexedConnection| async move {
            script::loaded(wire.req_packed_commands(&calls, 0, calls.len()).await?)
        };
        let (value, time) = self.0.shared.call(READ, ask).await?;
        let record = value.as_deref().map(script::read).transpose();
        Ok((record.map_err(|foreign| self.foreign(&foreign, READ))?, time))
    }

    async fn write(&self, operations: &[Op]) -> Result<(Applied, Timestamp), StoreError> {
        let call = |is_known| {
            let mut call = script::call(is_known);
            script::add(&mut call, operations, |id| self.key(id), &self.0.none);
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

    /// Tries all that a node does, with a record that no session has.
    async fn try_rights(&self) -> Result<((), Timestamp), StoreError> {
        let id = RecordId::from_bytes([0; 16]);
        let record = Record { version: 0, bytes: Vec::new() };
        self.write(&[Op::Insert { id, owner: None, lifetime: 0, record }]).await?;
        self.load(id).await?;
        let (_, time) = self.write(&[Op::Remove { id, owner: None }]).await?;
        Ok(((), time))
    }
}

impl Store for RedisStore {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        Box::pin(async move { self.read(&self.key(id)).await })
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(self.write(operations))
    }

    /// Removes nothing: the server does.
    fn purge(&self, _: u32) -> Answer<'_, u32> {
        Box::pin(async {
            let (_, time) = self.read(&self.0.none).await?;
            Ok((0, time))
        })
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
