//! What drivers of stores and keystores run on.

use std::io;

use tokio::runtime::{Builder, Runtime};

use crate::error::Error;

/// A runtime on the thread that blocks on it.
pub(crate) fn new() -> Result<Runtime, Error> {
    let failed = |error: io::Error| Error::io(format!("cannot start: {error}"));
    Builder::new_current_thread().enable_all().build().map_err(failed)
}
