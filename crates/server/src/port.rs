//! The listeners and the HTTP library's settings.

use std::io;
use std::net::SocketAddr;

use axum::Router;
use axum_server::{Address, Handle, Server};
use tokio::net::TcpListener;

use crate::connection::{Gate, Proxies};
use crate::error::ServerError;
use crate::limits::Limits;
use crate::ready::Stop;
use crate::shutdown::Signals;
use crate::tls::Tls;

/// An address to listen on; port 0 takes a free one.
#[derive(Clone, Copy, Debug)]
pub struct Listen {
    address: SocketAddr,
    option: &'static str,
}

impl Listen {
    /// `option` is the name under which the operator sets the address, for hints: `--listen`.
    pub const fn new(address: SocketAddr, option: &'static str) -> Self {
        Self { address, option }
    }
}

/// A port that is ours. Nobody is let in before it serves.
#[derive(Debug)]
pub(crate) struct Port {
    listener: TcpListener,
    pub(crate) address: SocketAddr,
}

impl Port {
    /// Takes the port.
    pub(crate) async fn bind(listen: Listen) -> Result<Self, ServerError> {
        let cannot = |error| cannot_listen(listen, &error);
        let listener = TcpListener::bind(listen.address).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        Ok(Self { listener, address })
    }

    /// Serves without TLS until the task ends.
    pub(crate) async fn serve_plain(self, app: Router, limits: Limits) {
        let gate = Gate::new(&limits, Proxies::default(), true);
        let server = self.server(&limits, Handle::new()).acceptor(gate);
        if let Err(error) = server.serve(app.into_make_service()).await {
            tracing::error!(%error, "a listener ended");
        }
    }

    fn server(self, limits: &Limits, handle: Handle<SocketAddr>) -> Server<SocketAddr> {
        let mut server = Server::<SocketAddr>::from_listener(self.listener)
            .handle(handle)
            .first_request_timeout(limits.phase)
            .accept_error_handler(|peer, error| tracing::debug!(?peer, %error, "connection not accepted"));
        tune(&mut server, limits);
        server
    }
}

/// The application's port, and signals that no longer kill.
#[derive(Debug)]
pub(crate) struct MainPort {
    port: Port,
    signals: Signals,
}

impl MainPort {
    /// Takes the port.
    pub(crate) async fn bind(listen: Listen) -> Result<Self, ServerError> {
        let port = Port::bind(listen).await?;
        // Before the line that tells others that they may send some.
        let signals =
            Signals::catch().map_err(|error| ServerError::io(format!("cannot catch signals: {error}")))?;
        Ok(Self { port, signals })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.port.address
    }

    /// Serves until a signal has stopped it.
    pub(crate) async fn serve(
        self,
        app: Router,
        gate: Gate,
        limits: &Limits,
        tls: Option<Tls>,
        stop: Stop,
    ) -> Result<(), ServerError> {
        let handle = Handle::new();
        let server = self.port.server(limits, handle.clone());
        let driving = tokio::spawn(self.signals.drive(handle, stop));
        let served = match tls {
            None => server.acceptor(gate).serve(app.into_make_service()).await,
            Some(tls) => tls.serve(server, gate, limits.phase, app).await,
        };
        driving.abort();
        served.map_err(|error| ServerError::io(format!("the server ended: {error}")))
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

fn cannot_listen(listen: Listen, error: &io::Error) -> ServerError {
    let Listen { address, option } = listen;
    let failure = ServerError::io(format!("cannot listen on {address}: {error}"));
    match error.kind() {
        io::ErrorKind::AddrInUse => failure.with_hint(format!(
            "another program has the port; choose one with {option}, or port 0 for a free one"
        )),
        io::ErrorKind::PermissionDenied => {
            failure.with_hint(format!("ports below 1024 need a privilege; choose a higher one with {option}"))
        }
        _ => failure,
    }
}

/// Streams that a client may reset before they were served, and that may err (rapid reset).
const RESETS: usize = 20;
