//! `gingersnap keys rotate`: a standby comes into force.

use std::io::Write;

use gingersnap::token::KeyId;

use crate::edge;
use crate::error::Error;
use crate::keys::ring::Ring;
use crate::keys::say::{after, before};

/// Without a propagation the standby comes into force at once.
pub(in crate::keys) fn run(
    ring: &Ring,
    propagation: Option<u64>,
    key: Option<KeyId>,
    out: &mut (impl Write + Send),
) -> Result<(), Error> {
    let change = ring.change_telling(
        |old| old.rotate(propagation.unwrap_or(0), key, ring.now, &mut edge::random),
        |change| {
            before::of_new_key(ring.now, change, out)?;
            propagation.map_or(Ok(()), |propagation| before::warn_if_short(propagation, out))
        },
    )?;
    after::write(ring, &change, out)
}
