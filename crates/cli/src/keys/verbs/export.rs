//! `gingersnap keys export`: the ring as it is, for a backup or another place.

use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal as _, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use crate::at_rest::{self, at};
use crate::error::Error;
use crate::keys::ring::Ring;

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
    write_new(path, &stored)?;
    let (path, generation) = (path.display(), keyring.generation());
    writeln!(out, "wrote {path}: generation {generation}, {}", at_rest::describe(&stored))?;
    Ok(())
}

/// Writes a new file, whole or not at all.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |error: io::Error| Error::io(format!("cannot write {}: {error}", path.display()));
    let opened = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    let mut file = opened.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::refused(format!("cannot create {}: it exists already", path.display()))
                .with_hint("an export replaces nothing: choose another name")
        }
        _ => failed(error),
    })?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half a ring is useless, and could be taken for a backup.
        drop(fs::remove_file(path));
        failed(error)
    })
}
