//! `gingersnap keys emergency`: after a stolen ring.

use std::io::Write;

use super::{Ring, changes, confirm, effects};
use crate::edge;
use crate::error::Error;

pub(super) fn run(ring: &Ring, yes: bool, out: &mut (impl Write + Send)) -> Result<(), Error> {
    let rings = ring.change_telling(
        |old| old.emergency(ring.now, &mut edge::random),
        |old, _| {
            effects::of_emergency(&ring.location, old, out)?;
            if yes { Ok(()) } else { confirm::ask(out) }
        },
    )?;
    changes::write(ring, &rings, out)?;
    writeln!(
        out,
        "note: the stolen ring is worthless on each node that has this one; `gingersnap keys rollout --wait` waits for all"
    )?;
    Ok(())
}
