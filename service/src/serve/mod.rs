//! `gingersnap serve`: the application behind a server that holds up.

mod args;
mod config;
mod connection;
mod head;
mod keys;
mod limits;
mod log;
mod server;
mod shutdown;
mod stack;
mod tls;

use std::io::Write;
use std::process::ExitCode;

use axum::middleware::from_fn;
use tokio::runtime;

pub(crate) use args::ServeArgs;
pub(crate) use config::{Config, Site};
pub(crate) use keys::LoadedRing;
pub(crate) use limits::Limits;

use crate::demo;
use crate::error::Error;

/// Runs the server until a signal stops it.
pub(crate) fn run(args: &ServeArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let config = Config::new(args)?;
    log::start()?;
    let ring = keys::load_keyring(&config.ring)?;
    if ring.created {
        tracing::warn!(path = %config.ring.path.display(), "created a new key ring: whoever reads this file can forge sessions");
    }
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(cert), Some(key)) => Some(tls::load(cert, key)?),
        _ => None,
    };
    let app = application(ring, &config)?;
    let runtime = runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::io(format!("cannot start threads: {error}")))?;
    let served = runtime.block_on(server::serve(app, &config, tls, out));
    runtime.shutdown_timeout(shutdown::LAST_THREADS);
    served.map(|()| ExitCode::SUCCESS)
}

/// The demo inside the limits, inside what dresses every answer, inside the log.
fn application(ring: LoadedRing, config: &Config) -> Result<axum::Router, Error> {
    let app = demo::router(ring, &config.site)?;
    let app = demo::dress(stack::protect(app, config.limits), &config.site);
    Ok(app.layer(from_fn(log::requests)))
}
