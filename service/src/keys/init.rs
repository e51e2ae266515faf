//! `gingersnap keys init`.

use std::io::Write;

use gingersnap::keyring::Keyring;
use gingersnap::token::Suite;

use super::Ring;
use crate::edge;
use crate::error::Error;
use crate::render::duration;

pub(super) fn run(
    ring: &Ring,
    suite: Suite,
    longest_session: u64,
    out: &mut impl Write,
) -> Result<(), Error> {
    let new = Keyring::init(suite, longest_session, ring.now, &mut edge::random)?;
    ring.create(&new)?;
    writeln!(out, "made {}: no session lasts longer than {}", ring.location, duration(longest_session))?;
    for key in new.keys() {
        let state = new.state(key, ring.now);
        writeln!(out, "key {}: new, {state}, fingerprint {}", key.id(), key.fingerprint())?;
    }
    Ok(())
}
