//! Files that a command makes.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use gingersnap::keystore::KeystoreError;

use crate::error::Error;

/// Writes a new file of that mode, whole or not at all.
pub(crate) fn write(path: &Path, bytes: &[u8], mode: u32) -> Result<(), Error> {
    let failed =
        |error: io::Error| Error::io(format!("cannot write {}: {error}", KeystoreError::shown(path)));
    let opened = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let mut file = opened.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::refused(format!("cannot create {}: it exists already", KeystoreError::shown(path)))
                .with_hint("nothing is replaced: choose another name")
        }
        _ => failed(error),
    })?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half a ring, or half an identity, is useless, and could be taken for a whole one.
        drop(fs::remove_file(path));
        failed(error)
    })
}

/// The mode of what its owner alone may read.
pub(crate) const SECRET: u32 = 0o600;
/// The mode of what anybody may read whom the umask lets.
pub(crate) const PUBLIC: u32 = 0o666;
