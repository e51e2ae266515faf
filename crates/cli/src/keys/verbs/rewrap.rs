//! `gingersnap keys rewrap`: other recipients, the same keys.

use std::io::Write;

use crate::at_rest;
use crate::error::Error;
use crate::keys::ring::Ring;

pub(in crate::keys) fn run(ring: &Ring, plaintext: bool, out: &mut impl Write) -> Result<(), Error> {
    let (keyring, stored) = ring.rewrap(plaintext)?;
    writeln!(
        out,
        "wrote {}: generation {} as before, {}",
        ring.location,
        keyring.generation(),
        at_rest::describe(stored.bytes())
    )?;
    if !plaintext {
        writeln!(out, "note: who could open it before can still open the copies that were made before:")?;
        writeln!(out, "note: if that was a thief, `gingersnap keys emergency`")?;
    }
    Ok(())
}
