//! `gingersnap sessions list`.

use std::io::Write;
use std::sync::Arc;

use gingersnap::SignIn;
use gingersnap::store::Store;
use serde_json::{Value, json};

use super::person::{Person, failed};
use crate::edge;
use crate::error::Error;
use crate::render::{self, time_and_distance};
use crate::shown;

pub(super) async fn run(
    store: &Arc<dyn Store>,
    person: &Person,
    json: bool,
    out: &mut impl Write,
) -> Result<(), Error> {
    let all = person.revoker(store)?.sign_ins(&person.subject).await.map_err(failed)?;
    if json {
        let all: Vec<Value> = all.iter().map(as_json).collect();
        return render::json(out, &json!({ "sign_ins": all }));
    }
    if all.is_empty() {
        writeln!(out, "{store} has no sign-in of {}", person.subject)?;
        return Ok(writeln!(out, "note: {OTHERS}")?);
    }
    table(&all, out)
}

/// A table of sign-ins.
pub(super) fn table(all: &[SignIn], out: &mut impl Write) -> Result<(), Error> {
    let now = edge::now();
    let mut rows = vec![["started", "last seen", "key", "name"].map(String::from)];
    rows.extend(all.iter().map(|it| {
        let (started, seen) = (time_and_distance(it.started_at, now), time_and_distance(it.seen_at, now));
        let name = it.label.as_ref().map(shown::line).unwrap_or_default();
        [started, seen, it.key.to_string(), name]
    }));
    render::table(out, &rows)
}

fn as_json(it: &SignIn) -> Value {
    json!({
        "key": it.key.to_string(),
        "name": it.label,
        "started_at": it.started_at.unix(),
        "seen_at": it.seen_at.unix(),
    })
}

/// Why somebody may not be found.
pub(super) const OTHERS: &str =
    "with another audience, layer or ring than the application's, one looks for somebody else";
