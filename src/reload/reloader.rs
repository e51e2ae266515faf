//! The ring of a node, kept current.

use std::fmt;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use super::error::ReloadError;
use super::event::ReloadEvent;
use super::follow::{Pace, follow};
use super::ring::Ring;
use crate::Clock;
use crate::keyring::LiveKeyring;
use crate::keystore::{Keystore, NodeName};
use crate::layer::SystemClock;

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
pub struct Reloader {
    ring: Ring,
    pace: Pace,
}

impl Reloader {
    /// Loads the ring for the first time.
    ///
    /// # Errors
    /// [`ReloadError`]: there is no ring, it cannot be read, or a node has had a later generation of it.
    pub async fn start(keystore: impl Keystore + 'static) -> Result<Self, ReloadError> {
        Self::start_by(keystore, SystemClock).await
    }

    /// Does the same as [`start`](Self::start), with another clock, for tests.
    ///
    /// # Errors
    /// Those of [`start`](Self::start).
    pub async fn start_by(keystore: impl Keystore + 'static, clock: impl Clock) -> Result<Self, ReloadError> {
        let ring = Ring::start(Arc::new(keystore), Box::new(clock)).await?;
        Ok(Self { ring, pace: Pace::default() })
    }

    /// Sets the time after which the ring is loaded again, plus or minus a fifth; one second unless set, and at least 50 ms.
    pub fn every(mut self, interval: Duration) -> Self {
        self.pace.set(interval);
        self
    }

    /// Registers the generation in use under this name, which no other node may use. Unless set, none is registered.
    pub fn node(mut self, name: NodeName) -> Self {
        self.ring.node = Some(name);
        self
    }

    /// Reports the outcome of each reload to `observer`. The log has only those that change something, and those that fail.
    pub fn on_event(mut self, observer: impl FnMut(&ReloadEvent<'_>) + Send + 'static) -> Self {
        self.ring.on_event = Box::new(observer);
        self
    }

    /// The ring in use, for [`SessionLayer::builder`](crate::SessionLayer::builder).
    pub fn keyring(&self) -> LiveKeyring {
        self.ring.keyring.clone()
    }

    /// A function that asks for a reload at once, for example on SIGHUP.
    pub fn reload_now(&self) -> impl Fn() + Clone + Send + Sync + 'static {
        self.pace.ask()
    }

    /// Keeps the ring current until `stop` ends; then registers that the node has stopped.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        follow(self.ring, self.pace, stop).await;
    }
}

impl fmt::Debug for Reloader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reloader").field("keyring", &self.ring.keyring).finish_non_exhaustive()
    }
}
