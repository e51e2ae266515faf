//! A build without TLS refuses it by name.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum_server::Server;

use super::TlsFiles;
use crate::connection::Gate;
use crate::error::ServerError;

/// There are none.
#[derive(Clone, Debug)]
pub(crate) enum Tls {}

impl Tls {
    pub(crate) async fn serve(
        self,
        _: Server<SocketAddr>,
        _: Gate,
        _: Duration,
        _: Router,
    ) -> io::Result<()> {
        match self {}
    }
}

pub(crate) fn load(_: &TlsFiles) -> Result<Tls, ServerError> {
    Err(ServerError::usage("this build has no TLS").with_hint("build it with the feature `tls`"))
}
