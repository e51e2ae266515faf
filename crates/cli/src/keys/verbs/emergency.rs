//! `gingersnap keys emergency`: after a stolen ring.

use std::io::Write;

use crate::confirm;
use crate::edge;
use crate::error::Error;
use crate::keys::ring::Ring;
use crate::keys::say::{after, before};

pub(in crate::keys) fn run(ring: &Ring, yes: bool, out: &mut (impl Write + Send)) -> Result<(), Error> {
    let change = ring.change_telling(
        |old| old.emergency(ring.now, &mut edge::random),
        |change| {
            before::of_emergency(&ring.location, &change.old, out)?;
            if yes { Ok(()) } else { confirm::ask(out) }
        },
    )?;
    after::write(ring, &change, out)?;
    writeln!(
        out,
        "note: the stolen ring is worthless on each node that has this one; `gingersnap keys rollout --wait` waits for all"
    )?;
    Ok(())
}
