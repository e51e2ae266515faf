//! `gingersnap keys list`.

use std::io::Write;

use gingersnap::Timestamp;
use gingersnap::keyring::{Key, KeyState, Keyring};
use serde_json::{Value, json};

use super::{Ring, show};
use crate::error::Error;
use crate::render::{self, duration, table, time, time_and_distance};

pub(super) fn run(ring: &Ring, json: bool, out: &mut impl Write) -> Result<(), Error> {
    let keyring = ring.load()?;
    if json {
        return render::json(out, &as_json(&keyring, ring.now));
    }
    writeln!(
        out,
        "ring {}, generation {}, longest session {}",
        keyring.ring_id(),
        keyring.generation(),
        duration(keyring.longest_session())
    )?;
    if let Some(before) = keyring.keys_dead_before() {
        writeln!(out, "keys created before {} are revoked", time(before))?;
    }
    if let Some(before) = keyring.sessions_dead_before() {
        writeln!(out, "sessions that began before {} are refused", time(before))?;
    }
    writeln!(out)?;
    let mut rows = vec![["key", "state", "suite", "fingerprint", "created", "next"].map(String::from)];
    rows.extend(sorted(&keyring, ring.now).into_iter().map(|key| row(&keyring, key, ring.now)));
    table(out, &rows)?;
    if !keyring.tombstones().is_empty() {
        writeln!(out, "\n{} destroyed", keyring.tombstones().len())?;
    }
    Ok(())
}

/// What seals first, then what will, then what did.
pub(super) fn sorted(ring: &Keyring, now: Timestamp) -> Vec<&Key> {
    let mut keys: Vec<_> = ring.keys().iter().collect();
    keys.sort_by_key(|key| {
        let rank = match ring.state(key, now) {
            KeyState::Active => 0,
            KeyState::Staged => 1,
            KeyState::Standby => 2,
            KeyState::Retiring => 3,
            KeyState::Disabled => 4,
            KeyState::Expired => 5,
            KeyState::Revoked => 6,
        };
        (rank, key.created(), key.id())
    });
    keys
}

fn row(ring: &Keyring, key: &Key, now: Timestamp) -> [String; 6] {
    [
        key.id().to_string(),
        ring.state(key, now).to_string(),
        key.suite().to_string(),
        key.fingerprint(),
        time(key.created()),
        next(ring, key, now),
    ]
}

/// What happens to the key next, and when.
pub(super) fn next(ring: &Keyring, key: &Key, now: Timestamp) -> String {
    let at = |what: &str, at: Option<Timestamp>| {
        at.map_or_else(String::new, |at| format!("{what} {}", time_and_distance(at, now)))
    };
    match ring.state(key, now) {
        KeyState::Standby => "waits for rotate".into(),
        KeyState::Staged => at("seals from", key.not_before()),
        KeyState::Active if key.retired_at().is_none() => "seals until rotate".into(),
        KeyState::Active => at("retires", key.retired_at()),
        KeyState::Retiring => at("expires", ring.expires_at(key)),
        KeyState::Disabled => "waits for enable".into(),
        KeyState::Expired | KeyState::Revoked if key.found_dead_at().is_some() => {
            "the next prune destroys it".into()
        }
        KeyState::Expired | KeyState::Revoked => "waits for prune".into(),
    }
}

fn as_json(ring: &Keyring, now: Timestamp) -> Value {
    let keys: Vec<_> = sorted(ring, now).into_iter().map(|key| show::as_json(ring, key, now)).collect();
    let tombstones: Vec<_> = ring
        .tombstones()
        .iter()
        .map(|tombstone| {
            json!({
                "key": tombstone.id().to_string(),
                "created": tombstone.created().unix(),
                "destroyed_at": tombstone.destroyed_at().unix(),
            })
        })
        .collect();
    json!({
        "ring_id": ring.ring_id(),
        "generation": ring.generation(),
        "longest_session": ring.longest_session(),
        "keys_dead_before": ring.keys_dead_before().map(Timestamp::unix),
        "sessions_dead_before": ring.sessions_dead_before().map(Timestamp::unix),
        "keys": keys,
        "tombstones": tombstones,
    })
}
