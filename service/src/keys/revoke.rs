//! `gingersnap keys revoke`: ends what a key sealed, or sessions, for good.

use std::io::Write;

use gingersnap::keyring::{KeyState, Keyring};

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
    if let Some(before) = args.sessions_before {
        writeln!(out, "note: every session that began before {} is signed out", time(before))?;
        writeln!(out, "note: this is worth nothing against a stolen key, whose thief chooses the times")?;
    } else if revoked(ring, &rings.1) == revoked(ring, &rings.0) {
        writeln!(out, "note: no key of the ring was created before then: nobody is signed out")?;
    } else {
        writeln!(out, "note: every session that a revoked key sealed last is signed out, for good")?;
        writeln!(
            out,
            "note: whoever stole one key of a ring has them all: then `gingersnap keys emergency`"
        )?;
    }
    writeln!(out, "note: it takes effect on each node when that loads the ring")?;
    Ok(())
}

fn revoked(ring: &Ring, keyring: &Keyring) -> usize {
    let states = keyring.keys().iter().map(|key| keyring.state(key, ring.now));
    states.filter(|&state| state == KeyState::Revoked).count()
}
