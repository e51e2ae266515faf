//! `gingersnap keys rotate` and `promote`: a standby comes into force.

use std::io::Write;

use gingersnap::keyring::Keyring;
use gingersnap::token::KeyId;

use super::{Ring, changes};
use crate::edge;
use crate::error::Error;
use crate::render::time_and_distance;

pub(super) fn rotate(
    ring: &Ring,
    propagation: u64,
    key: Option<KeyId>,
    out: &mut impl Write,
) -> Result<(), Error> {
    let rings = ring.change(|old| old.rotate(propagation, key, ring.now, &mut edge::random))?;
    changes::write(ring, &rings, out)?;
    if propagation == 0 {
        return say_risk(ring, &rings.1, out);
    }
    writeln!(out, "note: a node loads the ring when it starts: restart every one before that time")?;
    Ok(())
}

pub(super) fn promote(ring: &Ring, key: KeyId, out: &mut impl Write) -> Result<(), Error> {
    let rings = ring.change(|old| old.promote(key, ring.now, &mut edge::random))?;
    changes::write(ring, &rings, out)?;
    say_risk(ring, &rings.1, out)
}

/// What a key in force at once means for a fleet.
fn say_risk(ring: &Ring, new: &Keyring, out: &mut impl Write) -> Result<(), Error> {
    let Some(active) = new.active(ring.now) else { return Ok(()) };
    let created = time_and_distance(active.created(), ring.now);
    writeln!(out, "note: key {} is in the ring since {created}", active.id())?;
    writeln!(out, "note: a node that loaded the ring before then cannot open what is sealed from now on,")?;
    writeln!(out, "note: and may show those people as signed out until it loads this ring")?;
    Ok(())
}
