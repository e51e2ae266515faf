//! TLS by rustls, with the cryptography of ring.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Server;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use gingersnap::keystore::{FileKeystore, KeystoreError, KeystoreErrorKind as Kind};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::TlsFiles;
use crate::connection::Gate;
use crate::error::ServerError;

/// The settings of every connection.
#[derive(Clone, Debug)]
pub(crate) struct Tls(RustlsConfig);

impl Tls {
    /// Serves until the server is told to stop.
    pub(crate) async fn serve(
        self,
        server: Server<SocketAddr>,
        gate: Gate,
        handshake: Duration,
        app: Router,
    ) -> io::Result<()> {
        let acceptor = RustlsAcceptor::new(self.0).handshake_timeout(handshake).acceptor(gate);
        server.acceptor(acceptor).serve(app.into_make_service()).await
    }
}

/// Reads both files, the key held to owner and mode as a ring is: TLS 1.2 and 1.3, HTTP/2 preferred.
pub(crate) fn load(files: &TlsFiles) -> Result<Tls, ServerError> {
    let TlsFiles { cert, key, allow_group_read } = files;
    let chain = certificates(cert)?;
    let key_pem = FileKeystore::new(key)
        .allow_group_read(*allow_group_read)
        .read()
        .map_err(|error| not_read(&error))?;
    let private = PrivateKeyDer::from_pem_slice(key_pem.bytes()).map_err(|_| {
        unusable(key, "has no private key").with_hint("the key is PEM: -----BEGIN PRIVATE KEY-----")
    })?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| ServerError::usage(format!("TLS: {error}")))?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| unusable(cert, &format!("does not go with the key: {error}")))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Tls(RustlsConfig::from_config(Arc::new(config))))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ServerError> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(path)?).collect();
    match chain {
        Ok(chain) if !chain.is_empty() => Ok(chain),
        _ => {
            Err(unusable(path, "has no certificate")
                .with_hint("the chain is PEM: -----BEGIN CERTIFICATE-----"))
        }
    }
}

/// The error of a key that cannot be read, or may be read by others.
fn not_read(error: &KeystoreError) -> ServerError {
    let message = error.to_string();
    match error.kind() {
        Kind::TooOpen => ServerError::usage(message).with_hint(
            "`chmod 600` it, or --allow-group-read for the service's own group; if others may have read it, \
             get a certificate for another key",
        ),
        Kind::WrongOwner => {
            ServerError::usage(message).with_hint("`chown` it to the service's user, or to root")
        }
        Kind::NotAFile | Kind::TooLarge => ServerError::usage(message),
        _ => ServerError::io(message),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ServerError> {
    fs::read(path)
        .map_err(|error| ServerError::io(format!("cannot read {}: {error}", KeystoreError::shown(path))))
}

fn unusable(path: &Path, why: &str) -> ServerError {
    ServerError::usage(format!("{} {why}", KeystoreError::shown(path)))
}
