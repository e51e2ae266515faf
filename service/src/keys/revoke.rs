//! `gingersnap keys revoke`: ends what a key sealed, or sessions, for good.

use std::io::Write;

use super::{Ring, changes};
use crate::args::RevokeArgs;
use crate::edge;
use crate::error::Error;
use crate::render::time;

pub(super) fn run(ring: &Ring, args: &RevokeArgs, out: &mut impl Write) -> Result<(), Error> {
    let rings = ring.change(|old| match (args.key, args.created_before, args.sessions_before) {
        (Some(key), ..) => old.revoke(key, ring.now, &mut edge::random),
        (_, Some(before), _) => old.revoke_created_before(before, ring.now, &mut edge::random),
        (.., before) => old.end_sessions_before(before.unwrap_or_default(), ring.now),
    })?;
    changes::write(ring, &rings, out)?;
    match args.sessions_before {
        Some(before) => {
            writeln!(out, "note: every session that began before {} is signed out", time(before))?;
            writeln!(out, "note: this is worth nothing against a stolen key, whose thief chooses the times")?;
        }
        None => {
            writeln!(out, "note: every session that a revoked key sealed last is signed out, for good")?;
            writeln!(
                out,
                "note: whoever stole one key of a ring has them all: then `gingersnap keys emergency`"
            )?;
        }
    }
    writeln!(out, "note: it takes effect on each node when that loads the ring")?;
    Ok(())
}
