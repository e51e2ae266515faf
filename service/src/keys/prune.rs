//! `gingersnap keys prune`: fit for a daily timer.

use std::io::Write;

use gingersnap::keyring::KeyringErrorKind;

use super::{Ring, changes};
use crate::error::Error;

pub(super) fn run(ring: &Ring, out: &mut impl Write) -> Result<(), Error> {
    // Looked at before the lock is taken, so that a ring with nothing to prune may be read-only.
    match ring.load()?.prune(ring.now) {
        Err(error) if error.kind() == KeyringErrorKind::NothingToDo => Ok(writeln!(out, "{error}")?),
        _ => changes::write(ring, &ring.change(|old| old.prune(ring.now))?, out),
    }
}
