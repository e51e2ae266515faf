//! `gingersnap keys prune`: fit for a daily timer.

use std::io::Write;

use gingersnap::keyring::{Keyring, KeyringError, KeyringErrorKind};

use crate::error::Error;
use crate::keys::change::Change;
use crate::keys::ring::Ring;
use crate::keys::say::{after, before};

/// With `at_once`, destroys what is dead now, else what was found dead a day ago.
pub(in crate::keys) fn run(ring: &Ring, at_once: bool, out: &mut (impl Write + Send)) -> Result<(), Error> {
    let change = ring.update(|old| {
        let new = some(if at_once { old.destroy_dead(ring.now) } else { old.prune(ring.now) })?;
        let change = new.map(|new| Change { old, new });
        if let Some(change) = change.as_ref().filter(|_| at_once) {
            before::of_destruction(ring.now, change, out).map_err(Error::before_change)?;
        }
        Ok(change)
    })?;
    match change {
        Some(change) => after::write(ring, &change, out),
        None => Ok(writeln!(out, "there is nothing to prune")?),
    }
}

fn some(result: Result<Keyring, KeyringError>) -> Result<Option<Keyring>, Error> {
    match result {
        Err(error) if error.kind() == KeyringErrorKind::NothingToDo => Ok(None),
        result => Ok(Some(result?)),
    }
}
