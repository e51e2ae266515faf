//! One connection that all calls share: each call is written at once, and answers come in order.
//!
//! It is made with the first call, and made again when it was lost, by the first call that notices. A call ends within two
//! seconds, connecting included. Nothing is sent twice: a call whose connection breaks does not know whether it was carried out.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, ProtocolVersion, PushInfo, RedisError, RedisResult};
use tokio::time::timeout;

use super::listen::Topic;
use super::wire::{parse, prepare};
use crate::backends::fault::{Cause, Fault};
use crate::backends::link::Wire as _;
use crate::backends::url::Address;
use crate::store::StoreError;

pub(super) struct Shared {
    client: Client,
    pub(super) address: Address,
    live: Mutex<Option<Live>>,
    /// Held by the call that connects; the others wait for its outcome.
    connecting: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Live {
    wire: MultiplexedConnection,
    is_lost: Arc<AtomicBool>,
}

impl Shared {
    /// The server that the URL names; connects to nothing.
    pub(super) fn new(url: &str) -> Result<Self, StoreError> {
        let (client, address) = parse(url)?;
        // With the third version of the protocol, a connection can be watched: see `Ended`.
        let information = client.get_connection_info().clone();
        let settings = information.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(information.set_redis_settings(settings))
            .map_err(|error| MultiplexedConnection::explain(&error).of_store(&address, "open sessions at"))?;
        Ok(Self { client, address, live: Mutex::default(), connecting: tokio::sync::Mutex::default() })
    }

    pub(super) fn topic(&self, channel: &str) -> Topic {
        Topic { client: self.client.clone(), channel: channel.into() }
    }

    /// Does `work` on the connection, as `action` (such as "read sessions at").
    pub(super) async fn call<T, F>(
        &self,
        action: &str,
        work: impl FnOnce(MultiplexedConnection) -> F,
    ) -> Result<T, StoreError>
    where
        F: Future<Output = RedisResult<T>>,
    {
        let mut used = None;
        let answer = timeout(DEADLINE, async {
            let live = match self.living() {
                Some(live) => live,
                None => self.connect().await?,
            };
            used = Some(live.is_lost);
            work(live.wire).await
        });
        let fault = match answer.await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => MultiplexedConnection::explain(&error),
            Err(_) => late(),
        };
        // By now the same name may lead to another server, such as the new primary.
        if let (Cause::Unreachable | Cause::ReadOnly, Some(is_lost)) = (fault.cause, used) {
            is_lost.store(true, Ordering::Relaxed);
        }
        Err(fault.of_store(&self.address, action))
    }

    /// The connection, unless it is known to be lost.
    fn living(&self) -> Option<Live> {
        let live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.as_ref().filter(|live| !live.is_lost.load(Ordering::Relaxed)).cloned()
    }

    async fn connect(&self) -> Result<Live, RedisError> {
        let _connecting = self.connecting.lock().await;
        // Another call may have connected meanwhile.
        if let Some(live) = self.living() {
            return Ok(live);
        }
        let live = connect(&self.client).await?;
        *self.live.lock().unwrap_or_else(PoisonError::into_inner) = Some(live.clone());
        Ok(live)
    }
}

async fn connect(client: &Client) -> Result<Live, RedisError> {
    prepare(client);
    let is_lost = Arc::new(AtomicBool::new(false));
    let ended = Ended(Arc::clone(&is_lost));
    // The receiver of the server's own messages lives as long as the connection. There are no such messages.
    let hear = move |_: PushInfo| {
        let _ = &ended;
        Ok::<(), ()>(())
    };
    // Calls have their own limit.
    let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
    let wire = client.get_multiplexed_async_connection_with_config(&config.set_push_sender(hear)).await?;
    Ok(Live { wire, is_lost })
}

/// Notes that a connection is lost when it ends: by the server, by an error, or with its runtime.
struct Ended(Arc<AtomicBool>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn late() -> Fault {
    let reason = format!("no answer within {} s", DEADLINE.as_secs());
    Fault { cause: Cause::Unreachable, reason, hint: None }
}

const DEADLINE: Duration = Duration::from_secs(2);
