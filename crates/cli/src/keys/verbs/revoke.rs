//! `gingersnap keys revoke`: end what keys sealed, for good.

use std::io::Write;

use crate::args::RevokeArgs;
use crate::edge;
use crate::error::Error;
use crate::keys::ring::Ring;
use crate::keys::say::{after, before};

pub(in crate::keys) fn run(
    ring: &Ring,
    args: &RevokeArgs,
    out: &mut (impl Write + Send),
) -> Result<(), Error> {
    let change = ring.change_telling(
        |old| match args.key {
            Some(key) => old.revoke(key, ring.now, &mut edge::random),
            None => {
                let before = args.all_created_before.unwrap_or_default();
                old.revoke_created_before(before, ring.now, &mut edge::random)
            }
        },
        |change| before::of_stopped_keys(ring.now, change, out),
    )?;
    after::write(ring, &change, out)
}
