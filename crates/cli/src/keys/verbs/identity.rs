//! `gingersnap keys identity`: an age identity, so that no other program is needed for one.

use std::io::Write;
use std::path::Path;

use gingersnap::keystore::Envelope;

use crate::at_rest::Identity;
use crate::error::Error;
use crate::new_file::{self, SECRET};

/// Writes the recipient alone, so that it can be appended to a file of them.
pub(in crate::keys) fn run(
    file: &Path,
    existing: bool,
    allow_group_read: bool,
    out: &mut impl Write,
) -> Result<(), Error> {
    if !existing {
        new_file::write(file, Envelope::new_identity()?.as_bytes(), SECRET)?;
    }
    // Also of a new one as it is in the file: what is said here is what opens the ring.
    for recipient in Identity::read(file, allow_group_read)?.envelope()?.own_names() {
        writeln!(out, "{recipient}")?;
    }
    Ok(())
}
