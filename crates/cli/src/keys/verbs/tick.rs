//! `gingersnap keys tick`: everything that is due by the clock, fit for a timer.

use std::io::Write;
use std::process::ExitCode;

use gingersnap::Timestamp;
use gingersnap::keyring::{FindingKind, Keyring};
use serde_json::json;

use crate::edge;
use crate::error::Error;
use crate::keys::change::Change;
use crate::keys::ring::Ring;
use crate::keys::say::{after, before};
use crate::render::{self, time_and_distance};

/// Exit status 10 if there was anything to do.
pub(in crate::keys) fn run(
    ring: &Ring,
    every: u64,
    propagation: u64,
    json: bool,
    out: &mut (impl Write + Send),
) -> Result<ExitCode, Error> {
    let tick = |old: Keyring| {
        let (new, next) = old.tick(every, propagation, ring.now, &mut edge::random)?;
        Ok(Ticked { old, new, next })
    };
    let Ticked { old, new, next } = ring.edit(tick, |ticked| ticked.new.as_ref())?;
    let changed = new.is_some();
    let change = Change { new: new.unwrap_or_else(|| old.clone()), old };
    if json {
        let told = json!({ "changed": changed, "generation": change.new.generation(), "next": next.unix() });
        render::json(out, &told)?;
    } else {
        write(ring, &change, next, propagation, out)?;
    }
    Ok(if changed { ExitCode::from(CHANGED) } else { ExitCode::SUCCESS })
}

/// The ring before, the ring after if anything was due, and when the next tick has something to do.
struct Ticked {
    old: Keyring,
    new: Option<Keyring>,
    next: Timestamp,
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
        after::warn(ring.now, new, out)?;
    } else {
        after::write(ring, change, out)?;
    }
    // While it is pending, nothing else is ever scheduled.
    for finding in new.lint(u64::MAX, None, ring.now) {
        if finding.kind() == FindingKind::FarAhead {
            writeln!(out, "warning: {finding}: {}", finding.hint())?;
        }
    }
    before::warn_if_short(propagation, out)?;
    writeln!(out, "next tick: {}", time_and_distance(next, ring.now))?;
    Ok(())
}

const CHANGED: u8 = 10;
