//! `gingersnap keys init`.

use std::io::Write;

use gingersnap::keyring::Keyring;
use gingersnap::token::Suite;

use crate::at_rest;
use crate::edge;
use crate::error::Error;
use crate::keys::ring::Ring;
use crate::render::exact_duration;

pub(in crate::keys) fn run(
    ring: &Ring,
    suite: Suite,
    longest_session: u64,
    out: &mut impl Write,
) -> Result<(), Error> {
    let new = Keyring::init(suite, longest_session, ring.now, &mut edge::random)?;
    let stored = ring.create(&new.to_bytes())?;
    writeln!(
        out,
        "made {}: no session lasts longer than {}",
        ring.location,
        exact_duration(longest_session)
    )?;
    for key in new.keys() {
        let state = new.state(key, ring.now);
        writeln!(out, "key {}: new, {state}, fingerprint {}", key.id(), key.fingerprint())?;
    }
    if !ring.at_rest.is_plaintext() {
        writeln!(out, "{}", at_rest::describe(stored.bytes()))?;
    }
    Ok(())
}
