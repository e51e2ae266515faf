//! `gingersnap keys rewrap`: other recipients, the same keys.

use std::io::Write;

use crate::at_rest;
use crate::error::Error;
use crate::keys::ring::{Rewrapped, Ring};

pub(in crate::keys) fn run(ring: &Ring, out: &mut impl Write) -> Result<(), Error> {
    let Rewrapped { keyring, stored, recipients, was_clear, is_alike } = ring.rewrap()?;
    writeln!(
        out,
        "wrote {}: generation {} as before, {}",
        ring.location,
        keyring.generation(),
        at_rest::describe(stored.bytes())
    )?;
    for recipient in recipients {
        writeln!(out, "recipient {recipient}")?;
    }
    if is_alike {
        writeln!(out, "note: these are the same recipients as before: whoever could open it still can")?;
    } else if was_clear && !ring.at_rest.is_plaintext() {
        writeln!(
            out,
            "note: it was not encrypted: who could read it has its keys, and who could write it may"
        )?;
        writeln!(out, "note: have made them: unless that was nobody else, `gingersnap keys emergency`")?;
    } else if !ring.at_rest.is_plaintext() {
        writeln!(out, "note: who could open it before can still open the copies that were made before:")?;
        writeln!(out, "note: if that was a thief, `gingersnap keys emergency`")?;
    }
    Ok(())
}
