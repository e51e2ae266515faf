//! `gingersnap keys tick`: what is due by the clock, fit for a timer.

use std::io::Write;
use std::process::ExitCode;

use gingersnap::Timestamp;
use gingersnap::keyring::{FindingKind, Keyring};
use serde_json::json;

use crate::edge;
use crate::error::Error;
use crate::keys::{
    Ring,
    say::{changes, effects},
};
use crate::render::{self, time_and_distance};

/// Exit status 10 if there was anything to do.
pub(in crate::keys) fn run(
    ring: &Ring,
    every: u64,
    propagation: u64,
    json: bool,
    out: &mut (impl Write + Send),
) -> Result<ExitCode, Error> {
    let (mut as_is, mut next) = (None, ring.now);
    let rings = ring.update(|old| {
        let (new, at) = old.tick(every, propagation, ring.now, &mut edge::random)?;
        next = at;
        as_is = Some(old.clone());
        Ok(new)
    })?;
    let changed = rings.is_some();
    let Some((old, new)) = rings.or_else(|| as_is.map(|ring| (ring.clone(), ring))) else {
        return Err(Error::refused("the ring was not read"));
    };
    if json {
        let told = json!({ "changed": changed, "generation": new.generation(), "next": next.unix() });
        render::json(out, &told)?;
    } else {
        write(ring, &(old, new), next, propagation, out)?;
    }
    Ok(if changed { ExitCode::from(CHANGED) } else { ExitCode::SUCCESS })
}

fn write(
    ring: &Ring,
    rings: &(Keyring, Keyring),
    next: Timestamp,
    propagation: u64,
    out: &mut impl Write,
) -> Result<(), Error> {
    let (old, new) = rings;
    if old.generation() == new.generation() {
        writeln!(out, "there is nothing to do")?;
    }
    changes::write(ring, rings, out)?;
    // While it is pending, nothing else is ever scheduled.
    for finding in new.lint(u64::MAX, None, ring.now) {
        if finding.kind() == FindingKind::FarAhead {
            writeln!(out, "warning: {finding}: {}", finding.hint())?;
        }
    }
    effects::warn_if_short(propagation, out)?;
    writeln!(out, "next tick: {}", time_and_distance(next, ring.now))?;
    Ok(())
}

const CHANGED: u8 = 10;
