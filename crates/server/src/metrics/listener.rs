//! The port of the metrics, with the limits of the server's own.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::runtime::Runtime;

use super::{Metrics, State};
use crate::error::ServerError;
use crate::limits::Limits;
use crate::port::{Listen, Port};
use crate::stack::protect;

/// A port that is ours, and what has been counted since.
#[derive(Debug)]
pub(crate) struct Listener {
    metrics: Metrics,
    port: Port,
}

impl Listener {
    /// Takes the port and begins to count.
    pub(crate) async fn bind(listen: Listen) -> Result<Self, ServerError> {
        let port = Port::bind(listen).await?;
        Ok(Self { metrics: Metrics::start()?, port })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.port.address
    }

    /// Shows them for as long as the runtime lasts: also while what is in flight is finished.
    pub(crate) fn show(self, runtime: &Runtime, state: State) {
        let limits = Limits::new(CONNECTIONS, CLIENT_TIMEOUT).per_address(None);
        let app = protect(self.metrics.route(state), limits);
        runtime.spawn(self.port.serve_plain(app, limits));
        runtime.spawn(self.metrics.upkeep());
    }
}

/// Its clients are a monitor or two, perhaps behind one address.
const CONNECTIONS: u32 = 8;
const CLIENT_TIMEOUT: Duration = Duration::from_secs(10);
