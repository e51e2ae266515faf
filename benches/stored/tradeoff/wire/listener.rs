//! A server over TLS, by the HTTP library that the project's server has, with a header table of any size.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use hyper::server::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::uplink::{Counted, Uplink};

/// What the server offers.
#[derive(Clone, Copy)]
pub(super) enum Protocol {
    Http1,
    /// With a table of so many octets for the fields of requests (RFC 7541).
    Http2(u32),
}

impl Protocol {
    /// Its name, and the table's size; none is empty.
    pub(super) fn names(self) -> [String; 2] {
        match self {
            Self::Http1 => ["HTTP/1.1".into(), "0".into()],
            Self::Http2(table) => ["HTTP/2".into(), table.to_string()],
        }
    }
}

pub(super) struct Listener {
    address: SocketAddr,
    pub(super) protocol: Protocol,
}

impl Listener {
    /// Listens on a free port of loopback until the runtime ends.
    pub(super) async fn start(protocol: Protocol, app: Router, uplink: Uplink) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let acceptor = TlsAcceptor::from(Arc::new(config(protocol)));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(
                    protocol,
                    app.clone(),
                    acceptor.clone(),
                    Counted::new(stream, uplink.clone()),
                ));
            }
        });
        Self { address, protocol }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.address.port())
    }
}

/// Serves a connection until the browser ends it; one that it gives up is none of ours.
async fn serve(protocol: Protocol, app: Router, acceptor: TlsAcceptor, stream: Counted) {
    let Ok(stream) = acceptor.accept(stream).await else { return };
    let (stream, service) = (TokioIo::new(stream), TowerToHyperService::new(app));
    let served = match protocol {
        Protocol::Http1 => http1::Builder::new().serve_connection(stream, service).await,
        Protocol::Http2(table) => {
            let mut builder = http2::Builder::new(TokioExecutor::new());
            builder
                .header_table_size(table)
                .max_concurrent_streams(STREAMS)
                .max_header_list_size(HEADER_LIST);
            builder.serve_connection(stream, service).await
        }
    };
    drop(served);
}

fn config(protocol: Protocol) -> ServerConfig {
    let made = rcgen::generate_simple_self_signed(["localhost".into()]).expect("a certificate");
    let certificate = CertificateDer::from(made.cert.der().to_vec());
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key);
    let mut config = config.expect("a certificate and its key");
    config.alpn_protocols = vec![match protocol {
        Protocol::Http1 => b"http/1.1".to_vec(),
        Protocol::Http2(_) => b"h2".to_vec(),
    }];
    config
}

/// As the project's server has them (`crates/server/src/limits.rs`).
const STREAMS: u32 = 64;
const HEADER_LIST: u32 = 64 * 1024 + 32 * 128;
