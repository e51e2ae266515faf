//! `gingersnap keys list`.

use std::io::Write;

use gingersnap::Timestamp;
use gingersnap::keyring::{Key, Keyring};
use serde_json::{Value, json};

use crate::error::Error;
use crate::keys::ring::Ring;
use crate::keys::say::{describe, timeline};
use crate::render::{self, exact_duration, table, time};
use crate::shown::Shown;

pub(in crate::keys) fn run(ring: &Ring, json: bool, out: &mut Shown<&mut impl Write>) -> Result<(), Error> {
    let keyring = ring.load()?;
    if json {
        return render::json(out, &as_json(&keyring, ring.now));
    }
    writeln!(
        out,
        "ring {}, generation {}, longest session {}",
        keyring.ring_id(),
        keyring.generation(),
        exact_duration(keyring.longest_session())
    )?;
    if let Some(before) = keyring.keys_dead_before() {
        writeln!(out, "keys created before {} are revoked", time(before))?;
    }
    if let Some(before) = keyring.sessions_dead_before() {
        writeln!(out, "sign-ins that began, and data last written, before {} are refused", time(before))?;
    }
    writeln!(out)?;
    let mut rows = vec![["key", "state", "suite", "fingerprint", "created", "next"].map(String::from)];
    rows.extend(describe::sorted(&keyring, ring.now).into_iter().map(|key| row(&keyring, key, ring.now)));
    table(out, &rows)?;
    timeline::write(&keyring, ring.now, &mut *out.0)?;
    if !keyring.tombstones().is_empty() {
        writeln!(out, "\n{} destroyed", keyring.tombstones().len())?;
    }
    Ok(())
}

fn row(ring: &Keyring, key: &Key, now: Timestamp) -> [String; 6] {
    [
        key.id().to_string(),
        ring.state(key, now).to_string(),
        key.suite().to_string(),
        key.fingerprint(),
        time(key.created()),
        describe::next(ring, key, now),
    ]
}

fn as_json(ring: &Keyring, now: Timestamp) -> Value {
    let keys: Vec<_> =
        describe::sorted(ring, now).into_iter().map(|key| describe::as_json(ring, key, now)).collect();
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
