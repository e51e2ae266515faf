//! `gingersnap keys disable` and `enable`.

use std::io::Write;

use gingersnap::token::KeyId;

use crate::edge;
use crate::error::Error;
use crate::keys::{
    Ring,
    say::{changes, effects},
};

pub(in crate::keys) fn disable(ring: &Ring, key: KeyId, out: &mut (impl Write + Send)) -> Result<(), Error> {
    let rings = ring.change_telling(
        |old| old.disable(key, ring.now, &mut edge::random),
        |old, new| effects::of_stopped_keys(ring.now, old, new, out),
    )?;
    changes::write(ring, &rings, out)
}

pub(in crate::keys) fn enable(ring: &Ring, key: KeyId, out: &mut impl Write) -> Result<(), Error> {
    let rings = ring.change(|old| old.enable(key, ring.now))?;
    changes::write(ring, &rings, out)
}
