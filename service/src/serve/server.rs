//! The listener and the HTTP library's settings.

use std::{io, io::Write, net::SocketAddr};

use axum::Router;
use axum_server::{
    Address, Handle, Server,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use tokio::net::TcpListener;

use crate::error::Error;

use super::{Limits, connection::Gate, shutdown::Signals};

/// A port that is ours, and signals that no longer kill.
pub(crate) struct Bound {
    listener: TcpListener,
    address: SocketAddr,
    signals: Signals,
}

impl Bound {
    /// Takes the port. Nobody is let in before [`serve`](Self::serve).
    pub(crate) async fn new(listen: SocketAddr) -> Result<Self, Error> {
        let listener = TcpListener::bind(listen).await.map_err(|error| cannot_listen(listen, &error))?;
        let address = listener.local_addr().map_err(|error| cannot_listen(listen, &error))?;
        // Before the line that tells others that they may send some.
        let signals =
            Signals::catch().map_err(|error| Error::io(format!("cannot catch signals: {error}")))?;
        Ok(Self { listener, address, signals })
    }

    /// Says where, and serves until a signal has stopped it.
    pub(crate) async fn serve(
        self,
        app: Router,
        limits: &Limits,
        tls: Option<RustlsConfig>,
        out: &mut impl Write,
    ) -> Result<(), Error> {
        let handle = Handle::new();
        let mut server = Server::<SocketAddr>::from_listener(self.listener)
            .handle(handle.clone())
            .first_request_timeout(limits.phase)
            .accept_error_handler(|peer, error| tracing::debug!(?peer, %error, "connection not accepted"));
        tune(&mut server, limits);
        announce(out, self.address, tls.is_some())?;

        let driving = tokio::spawn(self.signals.drive(handle));
        let gate = Gate::new(limits, tls.is_none());
        let served = match tls {
            None => server.acceptor(gate).serve(app.into_make_service()).await,
            Some(tls) => {
                let acceptor = RustlsAcceptor::new(tls).handshake_timeout(limits.phase).acceptor(gate);
                server.acceptor(acceptor).serve(app.into_make_service()).await
            }
        };
        driving.abort();
        served.map_err(|error| Error::io(format!("the server ended: {error}")))
    }
}

fn tune<A: Address, G>(server: &mut Server<A, G>, limits: &Limits) {
    let builder = server.http_builder();
    builder
        .http1()
        .keep_alive(true)
        .header_read_timeout(limits.phase)
        .max_headers(limits.head_field_slots())
        .max_buf_size(limits.head_buffer());
    builder
        .http2()
        .max_concurrent_streams(limits.streams)
        .max_header_list_size(limits.header_list())
        .max_pending_accept_reset_streams(RESETS)
        .max_local_error_reset_streams(RESETS)
        .keep_alive_interval(limits.phase)
        .keep_alive_timeout(limits.phase);
}

fn announce(out: &mut impl Write, address: SocketAddr, tls: bool) -> Result<(), Error> {
    let scheme = if tls { "https" } else { "http" };
    writeln!(out, "gingersnap: listening on {scheme}://{address}")
        .and_then(|()| out.flush())
        .map_err(|error| Error::io(format!("cannot write to stdout: {error}")))
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> Error {
    let failure = Error::io(format!("cannot listen on {address}: {error}"));
    match error.kind() {
        io::ErrorKind::AddrInUse => failure
            .with_hint("another program has the port; choose one with --listen, or port 0 for a free one"),
        io::ErrorKind::PermissionDenied => {
            failure.with_hint("ports below 1024 need a privilege; choose a higher one with --listen")
        }
        _ => failure,
    }
}

/// Streams that a client may reset before they were served, and that may err (rapid reset).
const RESETS: usize = 20;
