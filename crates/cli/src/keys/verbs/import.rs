//! `gingersnap keys import`: an exported ring comes into an empty place, keys and generation as they are.

use std::io::{self, Read as _, Write};
use std::path::Path;

use gingersnap::keyring::Keyring;
use gingersnap::keystore::{FileKeystore, KeystoreError, KeystoreErrorKind, Loaded};

use crate::at_rest;
use crate::error::Error;
use crate::keys::ring::Ring;
use crate::shown;

pub(in crate::keys) fn run(ring: &Ring, from: &Path, out: &mut impl Write) -> Result<(), Error> {
    // Fails before it waits for standard input.
    ring.at_rest.writer()?;
    let is_stdin = from.as_os_str() == "-";
    let name = if is_stdin { "standard input".into() } else { shown::line(&KeystoreError::shown(from)) };
    let exported = if is_stdin { read_stdin()? } else { read_file(ring, from)? };
    let keyring = ring.open(&name, &exported)?;
    let stored = ring.create(&keyring.to_bytes())?;
    writeln!(
        out,
        "made {} of {name}: generation {} as it was, {} keys, {}",
        ring.location,
        keyring.generation(),
        keyring.keys().len(),
        at_rest::describe(stored.bytes())
    )?;
    Ok(())
}

fn read_file(ring: &Ring, from: &Path) -> Result<Loaded, Error> {
    let file = FileKeystore::new(from).allow_group_read(ring.allow_group_read);
    file.read().map_err(|error| match error.kind() {
        KeystoreErrorKind::NotFound => {
            Error::from(error).with_hint("`gingersnap keys export --output FILE` writes one")
        }
        _ => error.into(),
    })
}

/// Reads into a buffer that does not grow, as it may hold secrets.
fn read_stdin() -> Result<Loaded, Error> {
    let limit = Keyring::MAX_FILE + 1;
    let mut bytes = Vec::with_capacity(limit + 64);
    let read = io::stdin().take(limit as u64).read_to_end(&mut bytes);
    // Wiped when dropped from here on, read whole or not.
    let exported = Loaded::new(bytes.into());
    read?;
    if exported.bytes().len() == limit {
        return Err(Error::usage(format!(
            "standard input: a key ring has at most {} bytes",
            Keyring::MAX_FILE
        )));
    }
    Ok(exported)
}
