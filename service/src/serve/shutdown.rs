//! SIGTERM and Ctrl-C: the first finishes what is in flight, the second does not wait.

use std::{io, net::SocketAddr, time::Duration};

use axum_server::Handle;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Both signals, caught from the moment this is created.
pub(crate) struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Starts catching; from here on a signal no longer kills the process.
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }

    /// Passes the signals on to the server.
    pub(crate) async fn drive(mut self, handle: Handle<SocketAddr>) {
        self.next().await;
        tracing::info!(connections = handle.connection_count(), "stopping: finishing what is in flight");
        handle.graceful_shutdown(Some(GRACE));
        self.next().await;
        tracing::warn!(connections = handle.connection_count(), "stopping at once");
        handle.shutdown();
    }
}

/// What is in flight has this long; with [`LAST_THREADS`] it stays below the 10 seconds that most
/// supervisors wait before they kill.
const GRACE: Duration = Duration::from_secs(8);

/// Threads that still run after that are given up.
pub(crate) const LAST_THREADS: Duration = Duration::from_secs(1);
