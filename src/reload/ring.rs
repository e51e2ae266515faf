//! A ring that is followed: loaded, put in use if it is newer, and registered.

use std::cmp::Reverse;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::error::ReloadError;
use super::event::ReloadEvent;
use super::follow::Followed;
use super::log::Log;
use crate::keyring::{Keyring, LiveKeyring, Succession};
use crate::keystore::{Keystore, KeystoreError, KeystoreErrorKind, Node, NodeName, Version};
use crate::{Clock, Timestamp};

pub(super) struct Ring {
    keystore: Arc<dyn Keystore>,
    pub(super) keyring: LiveKeyring,
    /// The number of tokens with unknown keys when the ring was loaded.
    unknown_keys: u64,
    /// The version of the ring in use.
    version: Version,
    /// The name to register under; `None` registers nothing.
    pub(super) node: Option<NodeName>,
    clock: Box<dyn Clock>,
    pub(super) on_event: Box<dyn FnMut(&ReloadEvent<'_>) + Send>,
    log: Log,
}

impl Ring {
    /// Loads the ring for the first time. Fails if a node has had a later one.
    pub(super) async fn start(
        keystore: Arc<dyn Keystore>,
        clock: Box<dyn Clock>,
    ) -> Result<Self, ReloadError> {
        let mut log = Log::default();
        let now = clock.now();
        let loaded = in_time(keystore.load()).await?;
        let keyring = Keyring::parse(loaded.bytes())?;
        match in_time(keystore.nodes()).await {
            Ok(records) => check_seen(&keyring, records, &log)?,
            // A node needs no right but to read the ring.
            Err(error) => log.not_registered(&error),
        }
        Ok(Self {
            keystore,
            keyring: LiveKeyring::new(keyring, now),
            unknown_keys: 0,
            version: loaded.version(),
            node: None,
            clock,
            on_event: Box::new(|_| ()),
            log,
        })
    }

    /// Returns true if another ring is in use now.
    async fn load_newer(&mut self, now: Timestamp) -> Result<bool, ReloadError> {
        self.unknown_keys = self.keyring.unknown_keys();
        let loaded = in_time(self.keystore.load()).await?;
        if loaded.version() == self.version {
            self.keyring.confirm(now);
            return Ok(false);
        }
        let succession = self.keyring.replace(Keyring::parse(loaded.bytes())?, now)?;
        self.version = loaded.version();
        Ok(succession == Succession::Newer)
    }
}

impl Followed for Ring {
    fn hint(&self) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let keystore = Arc::clone(&self.keystore);
        Box::pin(async move { keystore.changed().await })
    }

    fn noticed(&self) -> impl Future<Output = ()> + Send {
        unknown_key(&self.keyring, self.unknown_keys)
    }

    async fn load(&mut self) -> bool {
        let now = self.now();
        let from = self.keyring.get().generation();
        match self.load_newer(now).await {
            Ok(replaced) => {
                self.log.loaded();
                if !replaced {
                    (self.on_event)(&ReloadEvent::Unchanged);
                    return false;
                }
                let to = self.keyring.get().generation();
                self.log.replaced(from, to);
                (self.on_event)(&ReloadEvent::Replaced { from, to });
                true
            }
            Err(error) => {
                self.log.failed(&error, now);
                (self.on_event)(&ReloadEvent::Failed(&error));
                false
            }
        }
    }

    async fn register(&mut self, stopped: bool) -> Timestamp {
        let now = self.now();
        let Some(name) = &self.node else { return now };
        let node = Node::new(name.clone(), &self.keyring.get(), now);
        let node = if stopped { node.stopped() } else { node };
        if let Err(error) = in_time(self.keystore.register(&node)).await {
            self.log.not_registered(&error);
            (self.on_event)(&ReloadEvent::NotRegistered(&error));
        }
        now
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Ends when more than `known` tokens named a key that the ring does not have, and a second has passed.
async fn unknown_key(keyring: &LiveKeyring, known: u64) {
    loop {
        sleep(UNKNOWN_EVERY).await;
        if keyring.unknown_keys() != known {
            return;
        }
    }
}

async fn in_time<T>(work: impl Future<Output = Result<T, KeystoreError>>) -> Result<T, KeystoreError> {
    timeout(PATIENCE, work).await.unwrap_or_else(|_| {
        let message = format!("the keystore did not answer within {} s", PATIENCE.as_secs());
        Err(KeystoreError::new(KeystoreErrorKind::Unreachable, message))
    })
}

/// Refuses a ring if some node has had a later generation of it, or a different ring of the same generation.
///
/// A record that cannot be read, or is not believed, is skipped: whoever may write a record must not keep all nodes from starting
/// with any future ring.
fn check_seen(
    keyring: &Keyring,
    records: Vec<Result<Node, KeystoreError>>,
    log: &Log,
) -> Result<(), ReloadError> {
    let id = keyring.ring_id();
    let (nodes, bad): (Vec<_>, Vec<_>) = records.into_iter().partition(Result::is_ok);
    log.passed_over(bad.into_iter().filter_map(Result::err));
    let mut of_this: Vec<_> = nodes.into_iter().flatten().filter(|node| node.ring_id() == id).collect();
    of_this.sort_by_key(|node| Reverse(node.generation()));
    log.not_believed(of_this.iter().filter(|node| !keyring.believes(node.generation())));
    for node in of_this.iter().filter(|node| keyring.believes(node.generation())) {
        keyring.check_start(node.generation(), node.holds(keyring), node.name().as_ref())?;
    }
    Ok(())
}

const UNKNOWN_EVERY: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(10);
