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

use std::{
    io::{self, Write},
    process::ExitCode,
};

use axum::middleware::from_fn;
use tokio::runtime;

pub(crate) use args::ServeArgs;
pub(crate) use config::{Config, Site};
pub(crate) use keys::LoadedRing;
pub(crate) use limits::Limits;
pub(crate) use stack::protect;

use crate::{demo, error::Error, place::Location};
use server::Bound;

/// Runs the server until a signal stops it.
///
/// The ring comes last of what can fail: a start that fails for another reason creates none.
pub(crate) fn run(args: &ServeArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let config = Config::new(args)?;
    log::start()?;
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(cert), Some(key)) => Some(tls::load(cert, key)?),
        _ => None,
    };
    let runtime = runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::io(format!("cannot start threads: {error}")))?;
    let bound = runtime.block_on(Bound::new(config.listen))?;
    let ring = runtime.block_on(keys::load_keyring(&config.ring))?;
    if ring.created {
        say_created(&config.ring.location);
    }
    let app = application(ring, &config)?;
    let served = runtime.block_on(bound.serve(app, &config.limits, tls, out));
    runtime.shutdown_timeout(shutdown::LAST_THREADS);
    served.map(|()| ExitCode::SUCCESS)
}

/// Whatever the log's level is.
fn say_created(path: &Location) {
    let _ = writeln!(
        io::stderr(),
        "gingersnap: created a new key ring: {path}\n\
         gingersnap: whoever reads this file can forge sessions; without it everybody is logged out"
    );
}

/// The demo inside the limits, inside what dresses every answer, inside the log.
fn application(ring: LoadedRing, config: &Config) -> Result<axum::Router, Error> {
    let app = demo::router(ring, &config.site)?;
    let app = demo::dress(protect(app, config.limits), &config.site);
    Ok(app.layer(from_fn(log::requests)))
}
