//! `gingersnap keys revoke` and `sessions-dead-before`: end what keys sealed, or sessions, for good.

use std::io::Write;

use gingersnap::Timestamp;

use crate::args::RevokeArgs;
use crate::edge;
use crate::error::Error;
use crate::keys::{
    Ring,
    say::{changes, effects},
};

pub(in crate::keys) fn keys(
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
        |change| effects::of_stopped_keys(ring.now, change, out),
    )?;
    changes::write(ring, &change, out)
}

pub(in crate::keys) fn sessions(
    ring: &Ring,
    before: Timestamp,
    out: &mut (impl Write + Send),
) -> Result<(), Error> {
    let change = ring.change_telling(
        |old| old.end_sessions_before(before, ring.now),
        |change| effects::of_ended_sessions(ring.now, &change.old, before, out),
    )?;
    changes::write(ring, &change, out)
}
