//! SIGTERM and Ctrl-C: the first finishes what is in flight, the second does not wait. SIGHUP stops nothing.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum_server::Handle;
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::ready::Stop;

/// Both signals, caught from the moment this is created.
#[derive(Debug)]
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
    pub(crate) async fn drive(mut self, handle: Handle<SocketAddr>, stop: Stop) {
        self.next().await;
        stop.begin();
        tracing::info!(connections = handle.connection_count(), "stopping: finishing what is in flight");
        handle.graceful_shutdown(Some(GRACE));
        self.next().await;
        tracing::warn!(connections = handle.connection_count(), "stopping at once");
        handle.shutdown();
    }
}

/// SIGHUP, caught from the moment this is created to the end of the process.
#[derive(Debug)]
pub(crate) struct Hangups(Signal);

impl Hangups {
    pub(crate) fn catch() -> io::Result<Self> {
        Ok(Self(signal(SignalKind::hangup())?))
    }

    /// Asks for a reload whenever one comes.
    pub(crate) async fn each(mut self, reload: impl Fn()) {
        while self.0.recv().await.is_some() {
            tracing::info!("SIGHUP: reloading the key ring");
            reload();
        }
    }
}

/// The time for requests in flight; with [`LAST_THREADS`] it stays below the 10 seconds that most
/// supervisors wait before they kill.
const GRACE: Duration = Duration::from_secs(8);

/// Threads that still run after that are given up.
pub(crate) const LAST_THREADS: Duration = Duration::from_secs(1);
