//! `gingersnap keys lint`.

use std::io::Write;
use std::process::ExitCode;

use serde_json::json;

use super::{Ring, storage};
use crate::error::Error;
use crate::render;

/// Exit status 1 if there is anything to find.
pub(super) fn run(ring: &Ring, json: bool, out: &mut impl Write) -> Result<ExitCode, Error> {
    let findings = ring.load()?.lint(ring.now);
    let storage = storage::findings(ring)?;
    if json {
        let keys = findings.iter().map(|finding| {
            json!({
                "finding": finding.kind().name(),
                "key": finding.key().map(|key| key.to_string()),
                "text": finding.to_string(),
                "hint": finding.hint(),
            })
        });
        let storage = storage
            .iter()
            .map(|(name, text, hint)| json!({ "finding": name, "key": null, "text": text, "hint": hint }));
        render::json(out, &json!(keys.chain(storage).collect::<Vec<_>>()))?;
    } else if findings.is_empty() && storage.is_empty() {
        writeln!(out, "the ring is in good order")?;
    } else {
        for finding in &findings {
            writeln!(out, "{finding}: {}", finding.hint())?;
        }
        for (_, text, hint) in &storage {
            writeln!(out, "{text}: {hint}")?;
        }
    }
    Ok(ExitCode::from(u8::from(!(findings.is_empty() && storage.is_empty()))))
}
