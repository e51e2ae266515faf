//! `gingersnap keys enable`.

use std::io::Write;

use gingersnap::token::KeyId;

use crate::error::Error;
use crate::keys::ring::Ring;
use crate::keys::say::after;

pub(in crate::keys) fn run(ring: &Ring, key: KeyId, out: &mut impl Write) -> Result<(), Error> {
    let change = ring.change(|old| old.enable(key, ring.now))?;
    after::write(ring, &change, out)
}
