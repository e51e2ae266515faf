//! A preview: the keys that a backup will bring back from the dead, and those that it will take away.

use std::io::Write;

use gingersnap::Timestamp;
use gingersnap::keyring::{Key, KeyState, Keyring};

use super::before::sealed;
use super::describe::sorted;
use crate::error::Error;
use crate::keys::change::Change;
use crate::render::{time, time_and_distance};

/// Writes one line for each key, and each cut, that differs from the ring in place; returns whether there are any.
pub(in crate::keys) fn write(now: Timestamp, change: &Change, out: &mut impl Write) -> Result<bool, Error> {
    let Change { old: in_place, new: backup } = change;
    let back = sorted(backup, now).into_iter().filter_map(|key| returns(now, in_place, backup, key));
    let gone = sorted(in_place, now).into_iter().filter_map(|key| goes(now, in_place, backup, key));
    let lines: Vec<_> = cuts(in_place, backup).into_iter().chain(back).chain(gone).collect();
    if !lines.is_empty() {
        writeln!(out, "Differences from the ring in place:")?;
    }
    for line in &lines {
        writeln!(out, "  {line}")?;
    }
    Ok(!lines.is_empty())
}

fn cuts(in_place: &Keyring, backup: &Keyring) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(at) =
        in_place.keys_dead_before().filter(|_| in_place.keys_dead_before() > backup.keys_dead_before())
    {
        lines.push(format!("keys created before {} will no longer be revoked for that", time(at)));
    }
    if let Some(at) = in_place
        .sessions_dead_before()
        .filter(|_| in_place.sessions_dead_before() > backup.sessions_dead_before())
    {
        lines.push(format!(
            "sign-ins that began, and data last written, before {} will be accepted again",
            time(at)
        ));
    }
    lines
}

/// The fate of a key of the backup; none if it stays as it is.
fn returns(now: Timestamp, in_place: &Keyring, backup: &Keyring, key: &Key) -> Option<String> {
    let (id, state) = (key.id(), backup.state(key, now));
    if let Some(grave) = in_place.tombstones().iter().find(|grave| grave.id() == id) {
        let then = if state.opens() { "and open again" } else { "its secret will be there again" };
        let destroyed = time_and_distance(grave.destroyed_at(), now);
        return Some(format!("key {id}: destroyed {destroyed}; will be {state}, {then}"));
    }
    let Some(was) = in_place.key(id) else {
        return Some(format!("key {id}: unknown to the ring in place; will be {state}"));
    };
    let before = in_place.state(was, now);
    let retires = was.retired_at().map_or_else(String::new, |at| time_and_distance(at, now));
    Some(match (before, state) {
        _ if !before.opens() && state.opens() => {
            format!("key {id}: {before}; will be {state}, and open again")
        }
        _ if before.opens() && !state.opens() => {
            format!("key {id}: {before}; will be {state}, and what it sealed will no longer open")
        }
        (KeyState::Retiring, KeyState::Standby | KeyState::Staged | KeyState::Active) => {
            format!("key {id}: retired {retires}; will be {state}, and may seal again")
        }
        (KeyState::Active, KeyState::Active) if was.retired_at().is_some() && key.retired_at().is_none() => {
            format!("key {id}: retires {retires}; will stay active, and not retire")
        }
        _ if before == state => return None,
        _ => format!("key {id}: {before}; will be {state}"),
    })
}

/// The fate of a key that the backup does not have; none if it is dead already.
fn goes(now: Timestamp, in_place: &Keyring, backup: &Keyring, key: &Key) -> Option<String> {
    let (id, state) = (key.id(), in_place.state(key, now));
    let dead = matches!(state, KeyState::Expired | KeyState::Revoked);
    if dead || backup.key(id).is_some() {
        return None;
    }
    Some(match sealed(key, now) {
        Some(span) => {
            format!(
                "key {id}: {state}, unknown to the backup; every session last written {span} will be signed out"
            )
        }
        None => format!("key {id}: {state}, unknown to the backup; it has sealed nothing"),
    })
}
