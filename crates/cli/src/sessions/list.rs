//! `gingersnap sessions list`.

use std::io::Write;
use std::sync::Arc;

use gingersnap::Timestamp;
use gingersnap::store::Store;
use serde_json::{Value, json};

use super::person::{Person, SignIn, sign_ins};
use crate::error::Error;
use crate::render::{self, time_and_distance};

pub(super) async fn run(
    store: &Arc<dyn Store>,
    person: &Person,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Error> {
    let (rows, now) = store.sign_ins(person.id).await?;
    let all = sign_ins(person.id, &rows);
    if json {
        let all: Vec<Value> = all.iter().map(as_json).collect();
        return render::json(out, &json!({ "sign_ins": all }));
    }
    if all.is_empty() {
        writeln!(out, "{store} has no sign-in of {}", person.subject)?;
        return Ok(writeln!(out, "note: {OTHERS}")?);
    }
    table(&all, now, out)
}

/// A table of sign-ins.
pub(super) fn table(all: &[SignIn], now: Timestamp, out: &mut impl Write) -> Result<(), Error> {
    let mut rows = vec![["started", "last seen", "key"].map(String::from)];
    rows.extend(all.iter().map(|it| {
        [time_and_distance(it.started_at, now), time_and_distance(it.seen_at, now), it.key.to_string()]
    }));
    render::table(out, &rows)
}

fn as_json(it: &SignIn) -> Value {
    json!({
        "key": it.key.to_string(),
        "started_at": it.started_at.unix(),
        "seen_at": it.seen_at.unix(),
    })
}

/// Why somebody may not be found.
pub(super) const OTHERS: &str =
    "with another audience, layer or ring than the application's, one looks for somebody else";
