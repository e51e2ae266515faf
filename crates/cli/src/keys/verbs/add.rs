//! `gingersnap keys add`.

use std::io::Write;

use gingersnap::token::Suite;

use crate::edge;
use crate::error::Error;
use crate::keys::ring::Ring;
use crate::keys::say::after;

pub(in crate::keys) fn run(
    ring: &Ring,
    suite: Option<Suite>,
    note: &str,
    out: &mut impl Write,
) -> Result<(), Error> {
    let change = ring.change(|old| {
        let newest = old.keys().iter().max_by_key(|key| (key.not_before(), key.created()));
        let suite = suite.or(newest.map(gingersnap::keyring::Key::suite)).unwrap_or_default();
        old.add(suite, note, ring.now, &mut edge::random)
    })?;
    after::write(ring, &change, out)
}
