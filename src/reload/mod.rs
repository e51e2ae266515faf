//! Keeping the ring in use current while nodes serve.
//!
//! In the order of evaluation:
//! 1. [`Reloader::start`] loads the ring, or there is no layer: a node never begins without a ring, nor with one that is
//!    older than any node has said it held.
//! 2. It loads again after a while, with jitter; when the keystore hints at a change; when it is asked to; and, at most
//!    once a second in all, when a token named a key that the ring does not have.
//! 3. A ring that is whole and newer takes the place of the one in use. Anything else leaves it in use, is logged, and is
//!    told to [`Reloader::on_event`]: an unreadable ring, one of a lower generation, one of the same with other content.
//! 4. The node says which generation it holds, where the keystore has room for that.
//!
//! Requests wait for none of it. Whether the ring was found to be the newest lately is for readiness to say:
//! [`LiveKeyring::loaded_at`].

mod error;
mod log;

use std::cmp::Reverse;
use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{sleep, timeout};

pub use error::ReloadError;

use crate::keyring::{Keyring, LiveKeyring, Succession};
use crate::keystore::{Keystore, KeystoreError, KeystoreErrorKind, Loaded, Node, NodeName, Version};
use crate::layer::{OsEntropy, SystemClock};
use crate::{Clock, Entropy, Timestamp};
use log::Log;

/// Loads a ring from a keystore, and loads it again while it is in use.
///
/// ```no_run
/// use gingersnap::{Map, Reloader, SessionLayer, keystore::FileKeystore};
///
/// # async fn start() -> Result<(), Box<dyn std::error::Error>> {
/// let reloader = Reloader::start(FileKeystore::new("keys.json")).await?;
/// let sessions = SessionLayer::builder(reloader.keyring(), "shop production").session::<Map>("session").build()?;
/// tokio::spawn(reloader.node("web-1".parse()?).run(std::future::pending()));
/// # Ok(())
/// # }
/// ```
#[must_use = "the ring stays as it is unless `run` is awaited"]
pub struct Reloader<K> {
    keystore: Arc<K>,
    keyring: LiveKeyring,
    /// How many tokens with unknown keys there had been when the ring was loaded.
    unknown_keys: u64,
    /// Of the bytes that hold the ring in use.
    version: Version,
    every: Duration,
    node: Option<NodeName>,
    wake: Arc<Notify>,
    clock: Box<dyn Clock>,
    on_event: Box<dyn FnMut(&ReloadEvent<'_>) + Send>,
    log: Log,
}

/// What became of a reload.
#[derive(Debug)]
#[non_exhaustive]
pub enum ReloadEvent<'a> {
    /// The ring in use was found to be the newest.
    Unchanged,
    /// A later generation is in use.
    Replaced {
        /// The generation before.
        from: u64,
        /// The generation now.
        to: u64,
    },
    /// The ring was not loaded, or was refused; the one in use stays.
    Failed(&'a ReloadError),
    /// The node could not say which generation it holds; it serves on.
    NotRegistered(&'a KeystoreError),
}

impl<K: Keystore> Reloader<K> {
    /// Loads the ring for the first time.
    ///
    /// # Errors
    /// [`ReloadError`]: there is no ring, it cannot be read, or a node has had a later generation of it.
    pub async fn start(keystore: K) -> Result<Self, ReloadError> {
        Self::start_by(keystore, SystemClock).await
    }

    /// As [`start`](Self::start), by another clock, for tests.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub async fn start_by(keystore: K, clock: impl Clock) -> Result<Self, ReloadError> {
        let mut log = Log::default();
        let now = clock.now();
        let loaded = load(&keystore).await?;
        let keyring = Keyring::parse(loaded.bytes())?;
        match in_time(keystore.nodes()).await {
            Ok(nodes) => check_seen(&keyring, &nodes)?,
            // Whoever spoils one record must not make all starts forget what nodes have had.
            Err(error) if error.kind() == KeystoreErrorKind::BadNode => return Err(error.into()),
            // A node needs no right to more than the ring.
            Err(error) => log.not_registered(&error),
        }
        Ok(Self {
            keystore: Arc::new(keystore),
            unknown_keys: 0,
            version: loaded.version(),
            keyring: LiveKeyring::new(keyring, now),
            every: EVERY,
            node: None,
            wake: Arc::default(),
            clock: Box::new(clock),
            on_event: Box::new(|_| ()),
            log,
        })
    }

    /// Loads the ring after this time, give or take a fifth; one second unless set, and at least 50 ms.
    pub fn every(self, interval: Duration) -> Self {
        Self { every: interval.max(PAUSE), ..self }
    }

    /// Says under this name which generation it holds; unless set it says nothing. No other node may have the name.
    pub fn node(self, name: NodeName) -> Self {
        Self { node: Some(name), ..self }
    }

    /// Is told of what becomes of each reload. The log has those that change something, and those that fail.
    pub fn on_event(self, observer: impl FnMut(&ReloadEvent<'_>) + Send + 'static) -> Self {
        Self { on_event: Box::new(observer), ..self }
    }

    /// The ring in use, for [`SessionLayer::builder`](crate::SessionLayer::builder).
    pub fn keyring(&self) -> LiveKeyring {
        self.keyring.clone()
    }

    /// Asks for a reload at once, as for SIGHUP.
    pub fn reload_now(&self) -> impl Fn() + Clone + Send + Sync + 'static {
        let wake = Arc::clone(&self.wake);
        move || wake.notify_one()
    }

    /// Keeps the ring current until `stop` ends; then says that the node has stopped.
    pub async fn run(mut self, stop: impl Future<Output = ()>) {
        let keystore = Arc::clone(&self.keystore);
        let (mut stop, mut hint) = (pin!(stop), pin!(keystore.changed()));
        let mut registered_at = self.register(false).await;
        loop {
            tokio::select! {
                () = &mut stop => break,
                () = &mut hint => hint.set(keystore.changed()),
                () = self.wake.notified() => {}
                () = sleep(self.jittered()) => {}
                () = unknown_key(&self.keyring, self.unknown_keys) => {}
            }
            let replaced = self.reload().await;
            // What somebody causes by hints comes this often at most.
            sleep(PAUSE).await;
            if replaced || registered_at.age_at(self.clock.now()) >= REGISTER_EVERY {
                registered_at = self.register(false).await;
            }
        }
        self.register(true).await;
    }

    /// So that a fleet which started at once does not ask at once for ever.
    fn jittered(&self) -> Duration {
        let mut random = [128];
        // Without randomness there is no jitter, and nothing else is wrong.
        let _ = OsEntropy.fill(&mut random);
        let [random] = random;
        self.every.mul_f32(0.8 + 0.4 * f32::from(random) / 255.0)
    }

    /// Loads once. Returns whether another ring is in use.
    async fn reload(&mut self) -> bool {
        let now = self.clock.now();
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

    async fn load_newer(&mut self, now: Timestamp) -> Result<bool, ReloadError> {
        self.unknown_keys = self.keyring.unknown_keys();
        let loaded = load(&*self.keystore).await?;
        if loaded.version() == self.version {
            self.keyring.confirm(now);
            return Ok(false);
        }
        let succession = self.keyring.replace(Keyring::parse(loaded.bytes())?, now)?;
        self.version = loaded.version();
        Ok(succession == Succession::Newer)
    }

    /// Says what the node holds; returns when.
    async fn register(&mut self, stopped: bool) -> Timestamp {
        let now = self.clock.now();
        if let Some(name) = &self.node {
            let node = Node::new(name.clone(), &self.keyring.get(), now);
            let node = if stopped { node.stopped() } else { node };
            if let Err(error) = in_time(self.keystore.register(&node)).await {
                self.log.not_registered(&error);
                (self.on_event)(&ReloadEvent::NotRegistered(&error));
            }
        }
        now
    }
}

impl<K> fmt::Debug for Reloader<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reloader").field("keyring", &self.keyring).finish_non_exhaustive()
    }
}

/// Ends when a token more than `known` named a key that the ring does not have, and a second has passed.
async fn unknown_key(keyring: &LiveKeyring, known: u64) {
    loop {
        sleep(UNKNOWN_EVERY).await;
        if keyring.unknown_keys() != known {
            return;
        }
    }
}

async fn load(keystore: &impl Keystore) -> Result<Loaded, KeystoreError> {
    in_time(keystore.load()).await
}

async fn in_time<T>(work: impl Future<Output = Result<T, KeystoreError>>) -> Result<T, KeystoreError> {
    timeout(PATIENCE, work).await.unwrap_or_else(|_| {
        let message = format!("the keystore did not answer within {} s", PATIENCE.as_secs());
        Err(KeystoreError::new(KeystoreErrorKind::Unreachable, message))
    })
}

/// Refuses a ring of which some node has had a later generation, or another one of the same.
fn check_seen(keyring: &Keyring, nodes: &[Node]) -> Result<(), ReloadError> {
    let id = keyring.ring_id();
    let mut of_this: Vec<_> = nodes.iter().filter(|node| node.ring_id() == id).collect();
    of_this.sort_by_key(|node| Reverse(node.generation()));
    for node in of_this {
        keyring.check_start(node.generation(), node.holds(keyring), node.name().as_ref())?;
    }
    Ok(())
}

const EVERY: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(50);
const UNKNOWN_EVERY: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(10);
/// How often a node says that it is there, in seconds.
const REGISTER_EVERY: u64 = 10;
