//! The ports and threads that a start takes before it asks for the ring.

use tokio::runtime::{self, Runtime};

use crate::error::ServerError;
use crate::metrics;
use crate::port::MainPort;
use crate::settings::Settings;
use crate::tls::{self, Tls};

/// The ports, and the threads that serve them. Nobody is let in yet.
#[derive(Debug)]
pub(crate) struct Ports {
    pub(crate) runtime: Runtime,
    pub(crate) tls: Option<Tls>,
    pub(crate) main: MainPort,
    pub(crate) metrics: Option<metrics::Listener>,
}

impl Ports {
    /// Reads the certificate, starts the threads and takes the ports.
    pub(crate) fn take(settings: &Settings) -> Result<Self, ServerError> {
        let tls = settings.tls.as_ref().map(tls::load).transpose()?;
        let runtime = runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| ServerError::io(format!("cannot start threads: {error}")))?;
        let main = runtime.block_on(MainPort::bind(settings.listen))?;
        let metrics = settings.metrics.map(|at| runtime.block_on(metrics::Listener::bind(at))).transpose()?;
        Ok(Self { runtime, tls, main, metrics })
    }
}
