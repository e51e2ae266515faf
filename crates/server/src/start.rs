//! The first stages of a start: SIGHUP is caught, then the ports are ours.

use std::future::Future;
use std::net::SocketAddr;

use gingersnap::Reloader;
use gingersnap::keystore::NodeName;

use crate::core_dumps::forbid_core_dumps;
use crate::error::ServerError;
use crate::log;
use crate::metrics;
use crate::node;
use crate::ports::Ports;
use crate::ready::Readiness;
use crate::reload::Reloading;
use crate::serve::Loaded;
use crate::settings::Settings;
use crate::store::Measured;

/// A start that has caught SIGHUP, and nothing else yet.
#[derive(Debug)]
#[must_use = "nothing listens yet"]
pub struct Start {
    reloading: Reloading,
}

impl Start {
    /// SIGHUP no longer kills the process, and nothing of its memory is written to a disk any more ([`forbid_core_dumps`]). One
    /// SIGHUP that comes before the ring is loaded reloads it once more.
    ///
    /// # Errors
    /// The system gives no runtime or no signals.
    pub fn new() -> Result<Self, ServerError> {
        forbid_core_dumps()?;
        Ok(Self { reloading: Reloading::new()? })
    }

    /// Starts the log, reads the certificate and takes the ports. From here on SIGTERM and Ctrl-C no longer kill either.
    ///
    /// A panic anywhere in the process becomes an event of the log; its message is for the level `debug`, since it may
    /// quote data. A subscriber that the process has already stays.
    ///
    /// # Errors
    /// A file of the TLS settings cannot be used, or a port cannot be had.
    pub fn bind(self, settings: Settings) -> Result<Bound, ServerError> {
        log::start(&settings.log, settings.metrics.is_some());
        let ports = Ports::take(&settings)?;
        let node = node::name(settings.node.clone(), ports.main.address().port())?;
        Ok(Bound { reloading: self.reloading, settings, node, ports })
    }
}

/// A start that has its ports, and no ring yet.
#[derive(Debug)]
#[must_use = "nobody is let in yet"]
pub struct Bound {
    reloading: Reloading,
    settings: Settings,
    node: NodeName,
    ports: Ports,
}

impl Bound {
    /// The address that others connect to, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.ports.main.address()
    }

    /// Loads the ring, on the runtime that will keep it current: `ring` makes one first where that is wanted.
    ///
    /// The interval, the node's name and the observer of the reloader are set by the [`Settings`].
    ///
    /// # Errors
    /// Those of `ring`.
    pub fn load<E>(self, ring: impl Future<Output = Result<Reloader, E>>) -> Result<Loaded, E> {
        let Self { reloading, settings, node, ports } = self;
        let reloader = reloading.wait(ring)?;
        let keyring = reloader.keyring();
        tracing::info!(%node, generation = keyring.get().generation(), "key ring loaded");
        let store = settings.store.clone().map(Measured::new);
        if store.is_some() {
            metrics::describe_store();
        }
        let readiness = Readiness::new(keyring, store.clone(), node.clone(), settings.patience());
        let reloader = reloader.every(settings.reload_every).node(node).on_event(metrics::observer());
        Ok(Loaded {
            reloading,
            reloader,
            readiness,
            store,
            access_log: settings.log.access,
            build: settings.build,
            limits: settings.limits,
            proxies: settings.proxies,
            ports,
        })
    }
}
