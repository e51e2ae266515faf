//! `gingersnap keys sessions-dead-before`: end sign-ins for good, by when they began, and data, by when it was last written.

use std::io::Write;

use gingersnap::Timestamp;

use crate::error::Error;
use crate::keys::ring::Ring;
use crate::keys::say::{after, before};

pub(in crate::keys) fn run(
    ring: &Ring,
    before: Timestamp,
    out: &mut (impl Write + Send),
) -> Result<(), Error> {
    let change = ring.change_telling(
        |old| old.end_sessions_before(before, ring.now),
        |change| before::of_ended_sessions(ring.now, &change.old, before, out),
    )?;
    after::write(ring, &change, out)
}
