//! The demo's store of sessions, and the one case in which the demo makes its tables.

use std::net::SocketAddr;
use std::sync::Arc;

use gingersnap::store::{RecordId, Store, StoreErrorKind};

use crate::args::DemoArgs;
use crate::error::Error;
use crate::{runtime, store};

/// Opens what `--store` names, and asks it once: a store that cannot be used is told now. One that is down is waited for: sessions
/// in cookies need none.
///
/// Tables are made in a file, and only if nobody but this machine can connect: elsewhere they are the operator's.
pub(super) fn open(args: &DemoArgs) -> Result<Option<Arc<dyn Store>>, Error> {
    let Some(url) = &args.store else { return Ok(None) };
    // Of its own: connections belong to the runtime that they were made on.
    runtime::new()?.block_on(ask(url, args.listen))?;
    Ok(Some(store::open(url)?))
}

async fn ask(url: &str, listen: SocketAddr) -> Result<(), Error> {
    let store = store::open(url)?;
    let found = store.load(RecordId::from_bytes([0; 16])).await;
    let is_missing = found.as_ref().is_err_and(|error| error.kind() == StoreErrorKind::NoTables);
    if is_missing && url.starts_with("sqlite:") && listen.ip().is_loopback() {
        store.create_tables().await?;
        return Ok(());
    }
    match found {
        Err(error) if error.kind() == StoreErrorKind::Unreachable => Ok(()),
        found => found.map(drop).map_err(Error::from),
    }
}
