//! The changes that a verb made, key by key.

use std::io::Write;

use gingersnap::Timestamp;
use gingersnap::keyring::{Key, KeyState, Keyring};

use super::describe::event;
use crate::error::Error;
use crate::keys::change::Change;
use crate::keys::ring::Ring;

/// Writes which ring was written, one line for each key that is new, gone or changed, and a warning if no key seals.
pub(in crate::keys) fn write(ring: &Ring, change: &Change, out: &mut impl Write) -> Result<(), Error> {
    let Change { old, new } = change;
    let now = ring.now;
    writeln!(out, "wrote {}: generation {}", ring.location, new.generation())?;
    for key in new.keys() {
        let state = new.state(key, now);
        let (id, fingerprint) = (key.id(), key.fingerprint());
        match old.key(key.id()) {
            None => writeln!(out, "key {id}: new, {state}, fingerprint {fingerprint}")?,
            Some(before) if old.state(before, now) != state => {
                write!(out, "key {id}: {} -> {state}", old.state(before, now))?;
                if state == KeyState::Staged {
                    write!(out, ", {}", event("in force", key.not_before(), now))?;
                }
                writeln!(out)?;
            }
            Some(before) => write_dates(now, before, key, out)?,
        }
    }
    for gone in old.keys().iter().filter(|key| new.key(key.id()).is_none()) {
        writeln!(out, "key {}: destroyed", gone.id())?;
    }
    warn(now, new, out)
}

/// Warns if no key seals.
pub(in crate::keys) fn warn(now: Timestamp, new: &Keyring, out: &mut impl Write) -> Result<(), Error> {
    if new.active(now).is_none() {
        writeln!(out, "warning: no key seals now: sessions are read, and writing them fails")?;
        writeln!(out, "warning: `gingersnap keys promote KEY` puts a staged key or a standby in force")?;
    }
    Ok(())
}

fn write_dates(now: Timestamp, before: &Key, key: &Key, out: &mut impl Write) -> Result<(), Error> {
    let id = key.id();
    if before.retired_at() != key.retired_at() {
        match key.retired_at() {
            Some(_) => writeln!(out, "key {id}: {}", event("retires", key.retired_at(), now))?,
            None => writeln!(out, "key {id}: stays in force, its successor is withdrawn")?,
        }
    }
    if before.found_dead_at().is_none() && key.found_dead_at().is_some() {
        writeln!(out, "key {id}: found dead; a prune or tick in a day or later destroys it")?;
    }
    if before.found_dead_at().is_some() && key.found_dead_at().is_none() {
        writeln!(out, "key {id}: is alive after all, and is kept")?;
    }
    Ok(())
}
