//! `gingersnap keys tick`: everything that is due by the clock, fit for a timer.

use std::io::Write;
use std::process::ExitCode;

use gingersnap::Timestamp;
use gingersnap::keyring::FindingKind;
use serde_json::json;

use crate::edge;
use crate::error::Error;
use crate::keys::change::Change;
use crate::keys::ring::Ring;
use crate::keys::say::{changes, effects};
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
    let change = ring.update(|old| {
        let (new, at) = old.tick(every, propagation, ring.now, &mut edge::random)?;
        next = at;
        let Some(new) = new else {
            as_is = Some(old);
            return Ok(None);
        };
        Ok(Some(Change { old, new }))
    })?;
    let changed = change.is_some();
    let as_is = as_is.map(|ring| Change { old: ring.clone(), new: ring });
    let Some(change) = change.or(as_is) else {
        return Err(Error::refused("the ring was not read"));
    };
    if json {
        let told = json!({ "changed": changed, "generation": change.new.generation(), "next": next.unix() });
        render::json(out, &told)?;
    } else {
        write(ring, &change, next, propagation, out)?;
    }
    Ok(if changed { ExitCode::from(CHANGED) } else { ExitCode::SUCCESS })
}

fn write(
    ring: &Ring,
    change: &Change,
    next: Timestamp,
    propagation: u64,
    out: &mut impl Write,
) -> Result<(), Error> {
    let Change { old, new } = change;
    if old.generation() == new.generation() {
        writeln!(out, "there is nothing to do")?;
    }
    changes::write(ring.now, change, out)?;
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
