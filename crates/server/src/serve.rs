//! The last stages of a start: the ring is loaded, then everything stands.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::middleware::from_fn;
use gingersnap::keyring::LiveKeyring;
use gingersnap::store::Store;
use gingersnap::{Reloader, Revoker};
use tokio::runtime::Runtime;

use crate::connection::{Gate, Proxies};
use crate::error::ServerError;
use crate::limits::Limits;
use crate::log;
use crate::metrics::{self, Listener};
use crate::ports::Ports;
use crate::ready::{Readiness, Stop};
use crate::reload::{Reloading, Running};
use crate::shutdown::LAST_THREADS;
use crate::stack::protect;
use crate::store::{Measured, load, watch};

/// A start that has its ports and the ring; it wants an application.
#[derive(Debug)]
#[must_use = "nobody is let in yet"]
pub struct Loaded {
    pub(crate) reloading: Reloading,
    pub(crate) reloader: Reloader,
    pub(crate) readiness: Readiness,
    pub(crate) store: Option<Measured>,
    pub(crate) access_log: bool,
    pub(crate) build: &'static [(&'static str, &'static str)],
    pub(crate) limits: Limits,
    pub(crate) proxies: Proxies,
    pub(crate) ports: Ports,
}

impl Loaded {
    /// The ring in use, for the application's session layer.
    pub fn keyring(&self) -> LiveKeyring {
        self.reloader.keyring()
    }

    /// The store of the [`Settings`](crate::Settings::store), watched, for the application's session layer.
    pub fn store(&self) -> Option<Arc<dyn Store>> {
        Some(Arc::new(self.store.clone()?))
    }

    /// Loads what has ended by the application's session layer, before `/readyz` says that this node is ready, and has `/readyz` and the
    /// metrics tell of it.
    pub fn ends(self, revoker: Revoker) -> Self {
        Self { readiness: self.readiness.ends(revoker), ..self }
    }

    /// Puts the limits around the application and `/readyz`, `decorate` around all answers, those of the limits too, and
    /// the log of requests around that; then starts the thread that keeps the ring current.
    ///
    /// # Errors
    /// The system gives no thread.
    pub fn serve(
        self,
        application: Router,
        decorate: impl FnOnce(Router) -> Router,
    ) -> Result<Serving, ServerError> {
        let Self { reloading, reloader, readiness, store, access_log, build, limits, proxies, ports } = self;
        let app = decorate(protect(application.merge(readiness.route()), limits));
        let app = app.layer(from_fn(log::requests));
        let app = if access_log { app.layer(from_fn(log::access::log)) } else { app };
        let (keyring, gate) = (reloader.keyring(), Gate::new(&limits, proxies, ports.tls.is_none()));
        let reloading = reloading.start(reloader)?;
        let state = metrics::State { keyring, store, ends: readiness.revoker(), gate, limits, build };
        Ok(Serving { app, stop: readiness.stop(), state, reloading, ports })
    }
}

/// A server where everything stands: connections wait for [`run`](Self::run).
#[derive(Debug)]
#[must_use = "nobody is let in before `run`"]
pub struct Serving {
    app: Router,
    stop: Stop,
    state: metrics::State,
    reloading: Running,
    ports: Ports,
}

impl Serving {
    /// Returns the application's address: `http://127.0.0.1:8080`.
    pub fn url(&self) -> String {
        let scheme = if self.ports.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.ports.main.address())
    }

    /// Returns the address of the metrics, if they are shown.
    pub fn metrics(&self) -> Option<SocketAddr> {
        self.ports.metrics.as_ref().map(Listener::address)
    }

    /// Serves until a signal has stopped it.
    ///
    /// # Errors
    /// The listener failed.
    pub fn run(self) -> Result<(), ServerError> {
        let Self { app, stop, state, reloading, ports } = self;
        let Ports { runtime, tls, main, metrics } = ports;
        let (gate, limits) = (state.gate.clone(), state.limits);
        if let Some(store) = &state.store {
            runtime.spawn(watch(store.clone()));
        }
        if let Some(revoker) = &state.ends {
            runtime.spawn(load(revoker.clone()));
        }
        if let Some(metrics) = metrics {
            metrics.show(&runtime, state);
        }
        let served = runtime.block_on(main.serve(app, gate, &limits, tls, stop));
        end(runtime, reloading);
        served
    }
}

/// Gives what still runs the same second: together with what is in flight it takes less than ten.
fn end(runtime: Runtime, reloading: Running) {
    let stopping = reloading.stop(LAST_THREADS);
    runtime.shutdown_timeout(LAST_THREADS);
    if !stopping.wait() {
        tracing::warn!("the keystore does not answer: it was not told that this node has stopped");
    }
}
