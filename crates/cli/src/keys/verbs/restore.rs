//! `gingersnap keys restore`: a backup goes in under a new generation.

use std::io::Write;
use std::path::Path;

use gingersnap::keyring::{Key, Keyring};

use crate::args::{RestoreArgs, RingArgs};
use crate::confirm;
use crate::error::Error;
use crate::keys::change::Change;
use crate::keys::records::Records;
use crate::keys::ring::Ring;
use crate::keys::say::before::TAKES_EFFECT;
use crate::keys::say::{after, compare};
use crate::place::Location;
use crate::render::time_and_distance;

pub(in crate::keys) fn run(
    ring: &Ring,
    place: &RingArgs,
    args: &RestoreArgs,
    out: &mut (impl Write + Send),
) -> Result<(), Error> {
    let backup = read(place, &args.backup)?;
    let restored = match ring.find()? {
        None => create(ring, &backup, args, out)?,
        Some(in_place) => {
            // A ring that cannot be read cannot be compared, and may be one that matters.
            ring.open(&ring.location, &in_place).map_err(|error| error.with_hint(move_away(ring)))?;
            replace(ring, &backup, args.yes, out)?
        }
    };
    writeln!(out, "restored {} as generation {}", ring.location, restored.generation())?;
    after::warn(ring.now, &restored, out)
}

/// The backup, read as the ring is: with its rights and its encryption.
fn read(place: &RingArgs, path: &Path) -> Result<Keyring, Error> {
    let backup = Ring::new(&RingArgs { keys: Location::from(path), ..place.clone() })?.of_any_form()?;
    let loaded = backup.find()?.ok_or_else(|| {
        Error::usage(format!("cannot read {}: no such file or directory", backup.location))
            .with_hint("name the file of the backup")
    })?;
    backup.open(&backup.location, &loaded).map_err(|error| error.with_hint("take another backup"))
}

/// Puts the backup in an empty place: the ring was lost.
fn create(ring: &Ring, backup: &Keyring, args: &RestoreArgs, out: &mut impl Write) -> Result<Keyring, Error> {
    ring.at_rest.writer()?;
    let records = records(ring, out).map_err(Error::before_change)?;
    let restored = backup.restored(records.seen(backup))?;
    let warned = records.warn(backup, out);
    let said = warned.and_then(|()| say_lost(ring, backup, &restored, out));
    said.and_then(|()| agree(args.yes, out)).map_err(Error::before_change)?;
    ring.create(&restored.to_bytes())?;
    Ok(restored)
}

/// The nodes' records; none if they cannot be read, which must not keep a lost ring from coming back.
fn records(ring: &Ring, out: &mut impl Write) -> Result<Records, Error> {
    let records = ring.records();
    if let Err(error) = &records {
        writeln!(out, "warning: which generations nodes have had is not known: {error}")?;
    }
    Ok(records.unwrap_or_else(|_| Records::new(Vec::new())))
}

fn say_lost(ring: &Ring, backup: &Keyring, restored: &Keyring, out: &mut impl Write) -> Result<(), Error> {
    let newest = backup.keys().iter().map(Key::created).max().unwrap_or_default();
    let newest = time_and_distance(newest, ring.now);
    let (from, to) = (backup.generation(), restored.generation());
    writeln!(out, "There is no ring at {} to compare the backup with.", ring.location)?;
    writeln!(out, "The backup is generation {from}; its newest key was created {newest}.")?;
    writeln!(out, "What was done to the ring since the backup was made will be lost: {LOST}")?;
    writeln!(
        out,
        "This will put it in place as generation {to}. A node that has had a later one will refuse it until it is restarted."
    )?;
    Ok(())
}

fn replace(
    ring: &Ring,
    backup: &Keyring,
    yes: bool,
    out: &mut (impl Write + Send),
) -> Result<Keyring, Error> {
    let records = records(ring, out).map_err(Error::before_change)?;
    let restore = |old: Keyring| {
        if old.ring_id() != backup.ring_id() {
            let message = format!("{} is another ring than the backup: {}", ring.location, old.ring_id());
            return Err(Error::refused(message).with_hint(move_away(ring)));
        }
        let newest = if old.generation() < backup.generation() { backup } else { &old };
        let seen = records.seen(newest);
        let new = backup.restored(old.generation().max(seen))?;
        let warned = records.warn(newest, out);
        let change = Change { old, new };
        let said = warned.and_then(|()| say_replaced(ring, backup, &change, seen, out));
        said.and_then(|()| agree(yes, out)).map_err(Error::before_change)?;
        Ok(change)
    };
    Ok(ring.edit(restore, |change| Some(&change.new))?.new)
}

/// `seen` is the latest generation that a node has had.
fn say_replaced(
    ring: &Ring,
    backup: &Keyring,
    change: &Change,
    seen: u64,
    out: &mut impl Write,
) -> Result<(), Error> {
    writeln!(
        out,
        "This will put the backup, generation {}, in place of generation {} of {}, as generation {}.",
        backup.generation(),
        change.old.generation(),
        ring.location,
        change.new.generation()
    )?;
    let differs = compare::write(ring.now, change, out)?;
    let latest = backup.generation().max(change.old.generation());
    if seen > latest {
        writeln!(
            out,
            "warning: a node has had generation {seen}: the ring in place was rolled back, and the backup is older, too."
        )?;
        writeln!(out, "What was done to the ring after generation {latest} will be lost: {LOST}")?;
    } else if !differs {
        writeln!(
            out,
            "Every key is in the backup as it is in place: nobody will be signed out, nothing will come back."
        )?;
    }
    Ok(writeln!(out, "{TAKES_EFFECT}")?)
}

fn agree(yes: bool, out: &mut impl Write) -> Result<(), Error> {
    out.flush()?;
    if yes { Ok(()) } else { confirm::ask(out) }
}

fn move_away(ring: &Ring) -> String {
    format!("keep it elsewhere (`mv`) and run this again, if nothing at {} is needed", ring.location)
}

const LOST: &str = "sessions that a later key sealed will be\nsigned out, and what was revoked, disabled or retired since then will no longer apply.";
