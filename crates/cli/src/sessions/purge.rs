//! `gingersnap sessions …`: what is in a store.

use std::io::Write;
use std::process::ExitCode;

use gingersnap::store;

use crate::args::{SessionsArgs, SessionsCommand};
use crate::error::Error;
use crate::runtime;
use crate::shown::Shown;

/// Runs one verb.
pub(crate) fn run(args: &SessionsArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let SessionsCommand::Purge { store } = &args.command;
    runtime::new()?.block_on(purge(store, &mut Shown(out)))?;
    Ok(ExitCode::SUCCESS)
}

/// Removes what ended more than an hour ago, until nothing is left of it.
async fn purge(url: &str, out: &mut impl Write) -> Result<(), Error> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    // Threads and tasks of drivers need the runtime.
    let store = store::open(url)?;
    if scheme == "memory" {
        return Err(Error::usage(
            "a store in memory is its process's own: there is nothing to remove from here",
        )
        .with_hint("name a file or a database"));
    }
    let mut removed = 0;
    let failed = loop {
        match store.purge(BATCH).await {
            Ok((0, _)) => break None,
            Ok((some, _)) => removed += u64::from(some),
            Err(error) => break Some(error),
        }
    };
    let ended = "that ended more than an hour ago";
    match (removed, &failed, scheme) {
        (1.., ..) => writeln!(out, "removed {} {ended} from {store}", records(removed))?,
        (_, Some(_), _) => {}
        (_, _, "redis" | "rediss") => {
            writeln!(out, "removed nothing: the server removes records of {store} itself")?;
        }
        _ => writeln!(out, "removed nothing: {store} has no record {ended}")?,
    }
    failed.map_or(Ok(()), |error| Err(error.into()))
}

fn records(number: u64) -> String {
    if number == 1 { "1 record".into() } else { format!("{number} records") }
}

/// Records that one call removes at most. A store may do it in smaller parts, and ends a call after a second.
const BATCH: u32 = 100_000;
