//! `gingersnap demo`: the shop on the server.

mod config;
mod keys;
mod sessions;

use std::io::Write;
use std::process::ExitCode;

use gingersnap_server::{Serving, Settings, Start};
use gingersnap_shop::{AUDIENCE, Shop, Site};

use crate::args::{DemoArgs, LogArgs};
use crate::build;
use crate::error::Error;
use config::Config;

/// Runs the shop until a signal stops it.
///
/// SIGHUP is caught first, since it would kill. The ring comes after certificate and ports: a start that fails for want of
/// them creates none.
pub(crate) fn run(args: &DemoArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let start = Start::new()?;
    let Config { settings, ring, site } = Config::new(args)?;
    let bound = start.bind(logging(settings, &args.log)?.build_info(&build::LABELS))?;
    let loaded = bound.load(keys::start(ring.keystore()?, &ring))?;
    let site = Site { store: loaded.store(), ..site };
    let Shop { router, revoker } =
        Shop::new(&loaded.keyring(), &site).map_err(|error| Error::usage(format!("sessions: {error}")))?;
    let loaded = match revoker {
        Some(revoker) => loaded.ends(revoker),
        None => loaded,
    };
    let server = loaded.serve(router, |app| gingersnap_shop::decorate(app, &site))?;
    announce(out, &server)?;
    server.run()?;
    Ok(ExitCode::SUCCESS)
}

/// Sets the log up. The level may come from the environment.
fn logging(settings: Settings, args: &LogArgs) -> Result<Settings, Error> {
    let settings = settings.log_format(args.format.into()).access_log(args.access);
    settings.log(&args.level).map_err(|error| {
        Error::usage(format!("--log-level, or GINGERSNAP_LOG: {error}"))
            .with_hint("trace, debug, info, warn, error or off; or directives: warn,gingersnap=debug")
    })
}

/// Announces the shop, its address, the metrics' if shown, and the audience that other commands ask for: in one piece, for readers that leave after a line.
fn announce(out: &mut impl Write, server: &Serving) -> Result<(), Error> {
    let mut text = format!("gingersnap: listening on {}\n", server.url());
    if let Some(metrics) = server.metrics() {
        text += &format!("gingersnap: metrics on http://{metrics}/metrics\n");
    }
    text += &format!("gingersnap: the sessions' --audience is '{AUDIENCE}'\n");
    text += "gingersnap: the demo shop; Ctrl-C ends it, `gingersnap --help` has the tools\n";
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Error::io(format!("cannot write to stdout: {error}")))
}
