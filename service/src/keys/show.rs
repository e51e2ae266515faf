//! `gingersnap keys show`.

use std::io::Write;

use gingersnap::Timestamp;
use gingersnap::keyring::{Key, Keyring};
use gingersnap::token::KeyId;
use serde_json::{Value, json};

use super::{Ring, find, list};
use crate::error::Error;
use crate::render::{self, table, time_and_distance};

pub(super) fn run(ring: &Ring, id: KeyId, json: bool, out: &mut impl Write) -> Result<(), Error> {
    let keyring = ring.load()?;
    let key = find(&keyring, id)?;
    if json {
        return render::json(out, &as_json(&keyring, key, ring.now));
    }
    let time = |at: Option<Timestamp>| at.map_or_else(|| "-".into(), |at| time_and_distance(at, ring.now));
    let rows = [
        ("key", key.id().to_string()),
        ("state", keyring.state(key, ring.now).to_string()),
        ("next", list::next(&keyring, key, ring.now)),
        ("suite", key.suite().to_string()),
        ("fingerprint", key.fingerprint()),
        ("created", time(Some(key.created()))),
        ("in force", time(key.not_before())),
        ("retires", time(key.retired_at())),
        ("expires", time(keyring.expires_at(key))),
        ("note", key.note().to_owned()),
    ];
    table(
        out,
        &rows.map(|(name, value)| [name.to_owned(), if value.is_empty() { "-".into() } else { value }]),
    )
}

/// Everything but the secret; times in Unix seconds.
pub(super) fn as_json(ring: &Keyring, key: &Key, now: Timestamp) -> Value {
    json!({
        "key": key.id().to_string(),
        "state": ring.state(key, now).name(),
        "suite": key.suite().name(),
        "fingerprint": key.fingerprint(),
        "created": key.created().unix(),
        "not_before": key.not_before().map(Timestamp::unix),
        "retired_at": key.retired_at().map(Timestamp::unix),
        "expires_at": ring.expires_at(key).map(Timestamp::unix),
        "found_dead_at": key.found_dead_at().map(Timestamp::unix),
        "note": key.note(),
    })
}
