//! `gingersnap store …`: where sessions are kept that are not in cookies.

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use gingersnap::keystore::KeystoreError;
use gingersnap::store::{self, RecordId, Store, StoreErrorKind};

use crate::args::{StoreArgs, StoreCommand};
use crate::error::Error;
use crate::runtime;
use crate::shown::Shown;

/// Runs one verb.
pub(crate) fn run(args: &StoreArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let StoreCommand::Init { url } = &args.command;
    runtime::new()?.block_on(init(url, &mut Shown(out)))?;
    Ok(ExitCode::SUCCESS)
}

/// Opens what the command line names. What the library does not understand it does not repeat: it may have a password.
pub(crate) fn open(url: &str) -> Result<Arc<dyn Store>, Error> {
    store::open(url).map_err(|error| {
        let error = Error::from(error);
        if url.is_empty() || url.contains(':') { error } else { error.about(&KeystoreError::shown(url)) }
    })
}

/// Makes the tables: what is there already is said, and left as it is.
async fn init(url: &str, out: &mut impl Write) -> Result<(), Error> {
    // Threads and tasks of drivers need the runtime.
    let store = open(url)?;
    let found = store.load(RecordId::from_bytes([0; 16])).await;
    let is_missing = found.is_err_and(|error| error.kind() == StoreErrorKind::NoTables);
    // Where it cannot be read, this says why it cannot be made.
    store.create_tables().await?;
    if is_missing {
        writeln!(out, "made {store}: sessions can be kept there")?;
    } else {
        writeln!(out, "{store} is made already: nothing was changed")?;
    }
    for warning in store.warnings().await? {
        writeln!(out, "warning: {warning}")?;
    }
    Ok(())
}
