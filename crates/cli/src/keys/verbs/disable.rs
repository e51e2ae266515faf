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
    let change = ring.change_telling(
        |old| old.disable(key, ring.now, &mut edge::random),
        |change| effects::of_stopped_keys(ring.now, change, out),
    )?;
    changes::write(ring, &change, out)
}

pub(in crate::keys) fn enable(ring: &Ring, key: KeyId, out: &mut impl Write) -> Result<(), Error> {
    let change = ring.change(|old| old.enable(key, ring.now))?;
    changes::write(ring, &change, out)
}
