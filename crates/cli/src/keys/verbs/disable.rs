//! `gingersnap keys disable`.

use std::io::Write;

use gingersnap::token::KeyId;

use crate::edge;
use crate::error::Error;
use crate::keys::ring::Ring;
use crate::keys::say::{after, before};

pub(in crate::keys) fn run(ring: &Ring, key: KeyId, out: &mut (impl Write + Send)) -> Result<(), Error> {
    let change = ring.change_telling(
        |old| old.disable(key, ring.now, &mut edge::random),
        |change| before::of_stopped_keys(ring.now, change, out),
    )?;
    after::write(ring, &change, out)
}
