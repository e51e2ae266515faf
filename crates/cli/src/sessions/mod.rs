//! `gingersnap sessions …`: who is signed in by a store, and what else is there. One file per verb.

mod end;
mod end_subject;
mod list;
mod person;
mod purge;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use gingersnap::store::Store;

use crate::args::{SessionsArgs, SessionsCommand};
use crate::error::Error;
use crate::runtime;
use crate::shown::Shown;
use crate::store;
use end_subject::Verb;
use person::Person;

/// Runs one verb.
pub(crate) fn run(args: &SessionsArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let out = &mut Shown(out);
    // A ring has a runtime of its own.
    let runtime = runtime::new()?;
    match &args.command {
        SessionsCommand::List { who, json } => {
            let person = Person::find(who)?;
            runtime.block_on(async { list::run(&open(&who.store.url)?, &person, *json, out).await })
        }
        SessionsCommand::End { key, store } => {
            runtime.block_on(async { end::run(&open(&store.url)?, key, out).await })
        }
        SessionsCommand::EndSubject { who, yes } => {
            let person = Person::find(who)?;
            runtime.block_on(async { Verb::End.run(&open(&who.store.url)?, &person, *yes, out).await })
        }
        SessionsCommand::Erase { who, yes } => {
            let person = Person::find(who)?;
            runtime.block_on(async { Verb::Erase.run(&open(&who.store.url)?, &person, *yes, out).await })
        }
        SessionsCommand::Purge { store } => {
            runtime.block_on(async { purge::run(&open(&store.url)?, scheme(&store.url), out).await })
        }
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Opens a store that other processes have too. Threads and tasks of its driver need the runtime.
fn open(url: &str) -> Result<Arc<dyn Store>, Error> {
    let store = store::open(url)?;
    if scheme(url) == "memory" {
        return Err(Error::usage("a store in memory is its process's own: no command reaches it")
            .with_hint("name a file or a database"));
    }
    Ok(store)
}

fn scheme(url: &str) -> &str {
    url.split_once(':').map_or("", |(scheme, _)| scheme)
}

/// How an end that was done is told.
const DONE: &str = "every node that reaches the store knows of it within two seconds";
