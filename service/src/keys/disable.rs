//! `gingersnap keys disable` and `enable`.

use std::io::Write;

use gingersnap::token::KeyId;

use super::{Ring, changes};
use crate::edge;
use crate::error::Error;

pub(super) fn disable(ring: &Ring, key: KeyId, out: &mut impl Write) -> Result<(), Error> {
    let rings = ring.change(|old| old.disable(key, ring.now, &mut edge::random))?;
    changes::write(ring, &rings, out)?;
    writeln!(out, "note: sessions sealed by key {key} can be neither read nor written until it is enabled")?;
    Ok(())
}

pub(super) fn enable(ring: &Ring, key: KeyId, out: &mut impl Write) -> Result<(), Error> {
    let rings = ring.change(|old| old.enable(key, ring.now))?;
    changes::write(ring, &rings, out)
}
