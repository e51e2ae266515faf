//! `gingersnap serve`: the application behind a hardened server.

mod args;
mod config;
mod connection;
mod head;
mod keys;
mod limits;
mod log;
mod metrics;
mod ready;
mod reload;
mod server;
mod shutdown;
mod stack;
mod tls;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use axum::{Router, middleware::from_fn};
use gingersnap::{Reloader, keyring::LiveKeyring, keystore::Keystore};
use tokio::runtime::{self, Runtime};

pub(crate) use args::ServeArgs;
pub(crate) use config::{Config, Site};
pub(crate) use limits::Limits;
pub(crate) use stack::protect;

use crate::{demo, edge, error::Error, place::Location};
use connection::Gate;
use keys::Started;
use ready::Readiness;
use reload::{Reloading, Running};
use server::{Bound, announce};

/// Runs the server until a signal stops it.
///
/// SIGHUP comes first, since it would kill. The ring comes last of what can fail: a start that fails for another
/// reason creates none.
pub(crate) fn run(args: &ServeArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let reloading = Reloading::new()?;
    let config = Config::new(args)?;
    log::start(config.metrics.is_some())?;
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(cert), Some(key)) => Some(tls::load(cert, key)?),
        _ => None,
    };
    let runtime = runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::io(format!("cannot start threads: {error}")))?;
    let bound = runtime.block_on(Bound::new(config.listen))?;
    let metrics = config.metrics.map(|at| runtime.block_on(metrics::Listener::bind(at))).transpose()?;
    let (address, metrics_at) = (bound.address(), metrics.as_ref().map(metrics::Listener::address));

    let (reloader, readiness) = load(&reloading, config.ring.keystore()?, &config, address.port())?;
    let (keyring, gate) = (reloader.keyring(), Gate::new(&config.limits, tls.is_none()));
    let app = application(&keyring, &readiness, &config)?;
    let reloading = reloading.start(reloader)?;
    announce(out, address, tls.is_some(), metrics_at)?;
    if let Some(metrics) = metrics {
        metrics.show(&runtime, metrics::State { keyring, gate: gate.clone(), limits: config.limits });
    }
    let served = runtime.block_on(bound.serve(app, gate, &config.limits, tls, readiness.stop()));
    end(runtime, reloading);
    served.map(|()| ExitCode::SUCCESS)
}

/// The ring to serve with, and what readiness is judged by.
fn load<K: Keystore>(
    reloading: &Reloading,
    keystore: K,
    config: &Config,
    port: u16,
) -> Result<(Reloader<K>, Readiness), Error> {
    let node = config.reload.node(&edge::host(), port)?;
    let Started { reloader, created } = reloading.runtime.block_on(keys::start(keystore, &config.ring))?;
    if created {
        say_created(&config.ring.location);
    }
    let keyring = reloader.keyring();
    tracing::info!(%node, generation = keyring.get().generation(), "key ring loaded");
    let readiness = Readiness::new(keyring, node.clone(), config.reload.stale_after);
    let reloader = reloader.every(config.reload.every).node(node).on_event(metrics::observer());
    Ok((reloader, readiness))
}

/// Gives what still runs the same second: together with what is in flight it takes less than ten.
fn end(runtime: Runtime, reloading: Running) {
    let stopping = reloading.stop(shutdown::LAST_THREADS);
    runtime.shutdown_timeout(shutdown::LAST_THREADS);
    if !stopping.wait() {
        tracing::warn!("the keystore does not answer: it was not told that this node has stopped");
    }
}

/// Whatever the log's level is.
fn say_created(path: &Location) {
    let _ = writeln!(
        io::stderr(),
        "gingersnap: created a new key ring: {path}\n\
         gingersnap: whoever reads this file can forge sessions; without it everybody is logged out"
    );
}

/// The demo inside the limits, inside what decorates every answer, inside the log.
fn application(keyring: &LiveKeyring, readiness: &Readiness, config: &Config) -> Result<Router, Error> {
    let app = demo::router(keyring, &config.site)?.merge(readiness.route());
    let app = demo::decorate(protect(app, config.limits), &config.site);
    Ok(app.layer(from_fn(log::requests)))
}
