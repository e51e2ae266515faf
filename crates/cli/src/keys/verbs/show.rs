//! `gingersnap keys show`.

use std::io::Write;

use gingersnap::Timestamp;
use gingersnap::token::KeyId;

use crate::error::Error;
use crate::keys::ring::Ring;
use crate::keys::say::describe;
use crate::render::{self, table, time_and_distance};

pub(in crate::keys) fn run(ring: &Ring, id: KeyId, json: bool, out: &mut impl Write) -> Result<(), Error> {
    let keyring = ring.load()?;
    let key = describe::find(&keyring, id)?;
    if json {
        return render::json(out, &describe::as_json(&keyring, key, ring.now));
    }
    let time = |at: Option<Timestamp>| at.map_or_else(|| "-".into(), |at| time_and_distance(at, ring.now));
    let rows = [
        ("key", key.id().to_string()),
        ("state", keyring.state(key, ring.now).to_string()),
        ("next", describe::next(&keyring, key, ring.now)),
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
