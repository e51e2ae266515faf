//! Sessions in Redis or Valkey.

use core::fmt;
use std::sync::Arc;

use redis::aio::{ConnectionLike as _, MultiplexedConnection};
use redis::{Cmd, ErrorKind, Pipeline, RedisError, RedisResult, ServerErrorKind, Value};

use super::script::{self, Answered, Foreign};
use super::shared::Shared;
use crate::Timestamp;
use crate::backends::fault::{Cause, Fault, Hint, wrong_schema};
use crate::store::{Answer, Applied, Op, Record, RecordId, Store, StoreError, StoreErrorKind as Kind, Task};

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
/// ended in that moment is not. Loads and writes ask the primary; a replica is [`ReadOnly`](Kind::ReadOnly).
///
/// # Keys and rights
/// A record is the string `gingersnap:<name>:session:<id>`, whose time to live is the session's and an hour: the server removes it
/// by itself, and [`purge`](Store::purge) has nothing to do. A node needs no more than (for the name `shop`)
///
/// ```text
/// ACL SETUSER web on >password resetkeys ~gingersnap:shop:session:* resetchannels
///   -@all +role +time +get +getrange +set +del +eval +evalsha
/// ```
///
/// and `+select` for another database than 0. [`create_tables`](Store::create_tables) makes nothing: it tries these rights with
/// a record that it removes again, and refuses a server that would drop sessions to make room, where it may ask (`+config|get`).
#[derive(Clone)]
pub struct RedisStore(Arc<Inner>);

struct Inner {
    shared: Shared,
    prefix: String,
}

impl RedisStore {
    /// The store that the URL names. Connects to nothing.
    ///
    /// # Errors
    /// [`Kind::BadUrl`].
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let shared = Shared::new(url)?;
        let prefix = format!("gingersnap:{}:session:", shared.address.name());
        Ok(Self(Arc::new(Inner { shared, prefix })))
    }

    /// What of the server's settings may lose sessions, as sentences for the operator; none of what it does not tell.
    ///
    /// # Errors
    /// Those of a [`load`](Store::load).
    pub async fn warnings(&self) -> Result<Vec<String>, StoreError> {
        let mut warnings = Vec::from_iter(self.eviction().await?);
        if self.setting("appendonly").await?.is_some_and(|value| value != "yes") {
            warnings.push(
                "without `appendonly yes` a restart forgets sessions, and revives what was removed".into(),
            );
        }
        Ok(warnings)
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

    /// Asks the role, `command`, and the time, in one round trip; the second's answer and the third's.
    async fn ask(&self, command: Cmd) -> Result<(Value, Timestamp), StoreError> {
        let mut asked = role();
        asked.add_command(command).cmd("TIME");
        let ask = |wire| async move {
            let [role, answer, time] = answers(wire, &asked).await?;
            let (seconds, _): (u64, u64) = redis::from_redis_value(time)?;
            Ok((role, answer, Timestamp::from_unix(seconds)))
        };
        let (role, answer, time) = self.0.shared.call(READ, ask).await?;
        self.primary(&role, READ)?;
        Ok((answer, time))
    }

    async fn run(&self, operations: &[Op]) -> Result<(Applied, Timestamp), StoreError> {
        let call = |command| {
            let mut asked = role();
            asked.add_command(script::call(command, operations, |id| self.key(id)));
            asked
        };
        let ask = |wire: MultiplexedConnection| async move {
            let answers = match answers(wire.clone(), &call("EVALSHA")).await {
                // The server has not seen the script since it started, and so has done nothing.
                Err(error) if is_unknown_script(&error) => answers(wire, &call("EVAL")).await,
                other => other,
            };
            let [role, answer] = answers.map_err(script::met)?;
            Ok((role, script::answered(answer)?))
        };
        let (role, answer) = self.0.shared.call(WRITE, ask).await?;
        self.primary(&role, WRITE)?;
        match answer {
            Answered::Applied(applied, time) => Ok((applied, time)),
            Answered::Foreign(foreign) => Err(self.foreign(&foreign, WRITE)),
        }
    }

    /// Refuses a replica, which knows of the last writes as much as came to it.
    fn primary(&self, role: &Value, action: &str) -> Result<(), StoreError> {
        if let Value::Array(parts) = role
            && let Some(Value::BulkString(name)) = parts.first()
            && name == b"master"
        {
            return Ok(());
        }
        let hint = Some(Hint::of_both("name the primary server"));
        let fault = Fault { cause: Cause::ReadOnly, reason: "this is a replica".into(), hint };
        Err(fault.of_store(&self.0.shared.address, action))
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
        self.run(&[Op::Insert { id, owner: None, lifetime: 0, record }]).await?;
        self.load(id).await?;
        let (_, time) = self.run(&[Op::Remove { id, owner: None }]).await?;
        Ok(((), time))
    }
}

impl Store for RedisStore {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        Box::pin(async move {
            let mut get = redis::cmd("GET");
            get.arg(self.key(id));
            let (value, time) = self.ask(get).await?;
            let record = match value {
                Value::Nil => Ok(None),
                Value::BulkString(value) => script::read(&value).map(Some),
                _ => Err(Foreign::Else),
            };
            Ok((record.map_err(|foreign| self.foreign(&foreign, READ))?, time))
        })
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(self.run(operations))
    }

    /// Removes nothing: the server does.
    fn purge(&self, _: u32) -> Answer<'_, u32> {
        Box::pin(async {
            let (_, time) = self.ask(redis::cmd("TIME")).await?;
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

/// Commands that begin with the question whether the server is a primary.
fn role() -> Pipeline {
    let mut asked = Pipeline::new();
    asked.cmd("ROLE");
    asked
}

/// The answers to `N` commands; the first error that one of them is.
async fn answers<const N: usize>(
    mut wire: MultiplexedConnection,
    asked: &Pipeline,
) -> RedisResult<[Value; N]> {
    let values = wire.req_packed_commands(asked, 0, N).await?;
    let values = values.into_iter().map(Value::extract_error).collect::<RedisResult<Vec<_>>>()?;
    let unexpected = |_| RedisError::from((ErrorKind::UnexpectedReturnType, "another number of answers"));
    values.try_into().map_err(unexpected)
}

fn is_unknown_script(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}

const READ: &str = "read sessions at";
const WRITE: &str = "write sessions at";
