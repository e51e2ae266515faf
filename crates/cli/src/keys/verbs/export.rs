//! `gingersnap keys export`: the ring as it is, for a backup or another place.

use std::io::{self, IsTerminal as _, Write};
use std::path::Path;

use gingersnap::keystore::KeystoreError;

use crate::at_rest::{self, at};
use crate::error::Error;
use crate::keys::ring::Ring;
use crate::new_file::{self, SECRET};
use crate::shown;

pub(in crate::keys) fn run(ring: &Ring, output: Option<&Path>, out: &mut impl Write) -> Result<(), Error> {
    let writer = ring.at_rest.writer()?;
    if ring.at_rest.is_plaintext() && output.is_none() && io::stdout().is_terminal() {
        return Err(Error::usage("a ring in clear is not shown on a terminal")
            .with_hint("--output FILE, or --recipients FILE to encrypt it"));
    }
    let keyring = ring.load()?;
    let stored = writer.seal(&keyring.to_bytes()).map_err(at(&ring.location))?;
    let Some(path) = output else {
        out.write_all(&stored)?;
        return Ok(out.flush()?);
    };
    new_file::write(path, &stored, SECRET)?;
    let (path, generation) = (shown::line(&KeystoreError::shown(path)), keyring.generation());
    writeln!(out, "wrote {path}: generation {generation}, {}", at_rest::describe(&stored))?;
    Ok(())
}
