//! The operator's settings.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use gingersnap::keystore::NodeName;
use gingersnap::store::Store;

use crate::connection::{Proxies, Proxy};
use crate::error::ServerError;
use crate::limits::Limits;
use crate::log::{self, LogFormat, Logging};
use crate::port::Listen;
use crate::tls::TlsFiles;

/// The addresses, the limits on clients, and the way to keep the key ring current.
#[derive(Clone, Debug)]
pub struct Settings {
    pub(crate) listen: Listen,
    pub(crate) metrics: Option<Listen>,
    pub(crate) tls: Option<TlsFiles>,
    pub(crate) limits: Limits,
    pub(crate) proxies: Proxies,
    pub(crate) log: Logging,
    pub(crate) build: &'static [(&'static str, &'static str)],
    pub(crate) node: Option<NodeName>,
    pub(crate) reload_every: Duration,
    pub(crate) store: Option<Arc<dyn Store>>,
    stale_after: Duration,
}

impl Settings {
    /// Plain HTTP on this address, without metrics, by the default limits.
    pub fn new(listen: Listen) -> Self {
        Self {
            listen,
            metrics: None,
            tls: None,
            limits: Limits::default(),
            proxies: Proxies::default(),
            log: Logging::default(),
            build: &[],
            node: None,
            reload_every: RELOAD_EVERY,
            store: None,
            stale_after: STALE_AFTER,
        }
    }

    /// Sets the limits on one client.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Names the proxies before the server: their connections are not counted by their address.
    #[must_use]
    pub fn proxies(self, proxies: impl IntoIterator<Item = Proxy>) -> Self {
        Self { proxies: proxies.into_iter().collect(), ..self }
    }

    /// Speaks https with this certificate chain and its key, both PEM files. The key is refused if it belongs to anybody else
    /// but root, or if others may read it: its group too, unless `allow_group_read`. A build without the feature `tls` refuses
    /// to start with it.
    #[must_use]
    pub fn tls(self, cert: impl Into<PathBuf>, key: impl Into<PathBuf>, allow_group_read: bool) -> Self {
        let (cert, key) = (cert.into(), key.into());
        Self { tls: Some(TlsFiles { cert, key, allow_group_read }), ..self }
    }

    /// Shows metrics for Prometheus at `/metrics` on an address of their own.
    #[must_use]
    pub fn metrics(self, listen: Listen) -> Self {
        Self { metrics: Some(listen), ..self }
    }

    /// Writes the events to stderr that a level selects, or directives: `debug`, or `warn,gingersnap=debug`. Unless set, those from
    /// `info` on, and none of a database's server. A level is for gingersnap's crates; other crates say `info` at most.
    ///
    /// # Errors
    /// The directives cannot be read.
    pub fn log(self, directives: &str) -> Result<Self, ServerError> {
        Ok(Self { log: Logging { targets: log::targets(directives)?, ..self.log }, ..self })
    }

    /// Sets the form of the lines on stderr; text unless set.
    #[must_use]
    pub fn log_format(self, format: LogFormat) -> Self {
        Self { log: Logging { format, ..self.log }, ..self }
    }

    /// Writes an event for each request, whatever else is logged: method, path without the query, status, bytes of the body, time in
    /// microseconds, and the address that connected, which may be a proxy's.
    #[must_use]
    pub fn access_log(self, on: bool) -> Self {
        Self { log: Logging { access: on, ..self.log }, ..self }
    }

    /// Shows what the program was built from, as labels of the metric `gingersnap_build_info`.
    #[must_use]
    pub fn build_info(self, labels: &'static [(&'static str, &'static str)]) -> Self {
        Self { build: labels, ..self }
    }

    /// This node's name among those with the same ring; unless set, the host's name and the port.
    #[must_use]
    pub fn node(self, name: NodeName) -> Self {
        Self { node: Some(name), ..self }
    }

    /// Sets the time between two looks at the ring; one second unless set.
    #[must_use]
    pub fn reload_every(self, interval: Duration) -> Self {
        Self { reload_every: interval, ..self }
    }

    /// Sets the time without the newest ring until `/readyz` says `degraded`; five minutes unless set.
    #[must_use]
    pub fn stale_after(self, time: Duration) -> Self {
        Self { stale_after: time, ..self }
    }

    /// Watches the application's store: its calls are measured, and `/readyz` tells of it. The application is to have the one
    /// that [`Loaded::store`](crate::Loaded::store) returns.
    #[must_use]
    pub fn store(self, store: Arc<dyn Store>) -> Self {
        Self { store: Some(store), ..self }
    }

    /// At least two reloads: a node that waits for the next one is in order.
    pub(crate) fn patience(&self) -> Duration {
        self.stale_after.max(2 * self.reload_every)
    }
}

const RELOAD_EVERY: Duration = Duration::from_secs(1);
const STALE_AFTER: Duration = Duration::from_secs(300);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_node_that_waits_for_its_next_reload_is_not_stale() {
        let settings = Settings::new(Listen::new(([127, 0, 0, 1], 0).into(), "--listen"));
        assert_eq!(settings.patience().as_secs(), 300);
        let (second, hour) = (Duration::from_secs(1), Duration::from_secs(3600));
        let soon = settings.clone().stale_after(second).reload_every(Duration::from_millis(100));
        assert_eq!(soon.patience().as_secs(), 1);
        assert_eq!(settings.reload_every(hour).patience().as_secs(), 7200);
    }
}
