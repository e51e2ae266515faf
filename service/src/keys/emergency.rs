//! `gingersnap keys emergency`: after a stolen ring.

use std::io::{self, IsTerminal, Write};

use super::{Ring, changes};
use crate::edge;
use crate::error::Error;

pub(super) fn run(ring: &Ring, yes: bool, out: &mut impl Write) -> Result<(), Error> {
    let count = ring.load()?.keys().len();
    writeln!(out, "This revokes all {count} keys of {}, for good.", ring.location)?;
    writeln!(out, "Everybody is signed out, and every cart and draft that is kept in a cookie is lost.")?;
    out.flush()?;
    if !yes {
        confirm(out)?;
    }
    let rings = ring.change(|old| old.emergency(ring.now, &mut edge::random))?;
    changes::write(ring, &rings, out)?;
    writeln!(
        out,
        "note: the stolen ring is worthless on each node that has loaded this one: distribute it now"
    )?;
    Ok(())
}

fn confirm(out: &mut impl Write) -> Result<(), Error> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Err(Error::usage("nobody is there to confirm this").with_hint("--yes confirms it"));
    }
    write!(out, "Type yes to do it: ")?;
    out.flush()?;
    let mut answer = String::new();
    stdin.read_line(&mut answer)?;
    if answer.trim() == "yes" { Ok(()) } else { Err(Error::refused("not confirmed: nothing was changed")) }
}
