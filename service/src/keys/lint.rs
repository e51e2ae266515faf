//! `gingersnap keys lint`.

use std::io::Write;
use std::process::ExitCode;

use serde_json::json;

use super::Ring;
use crate::error::Error;
use crate::render;

/// Exit status 1 if there is anything to find.
pub(super) fn run(ring: &Ring, json: bool, out: &mut impl Write) -> Result<ExitCode, Error> {
    let findings = ring.load()?.lint(90 * 86_400, None, ring.now);
    if json {
        let findings: Vec<_> = findings
            .iter()
            .map(|finding| {
                json!({
                    "finding": finding.kind().name(),
                    "key": finding.key().map(|key| key.to_string()),
                    "text": finding.to_string(),
                    "hint": finding.hint(),
                })
            })
            .collect();
        render::json(out, &json!(findings))?;
    } else if findings.is_empty() {
        writeln!(out, "the ring is in good order")?;
    } else {
        for finding in &findings {
            writeln!(out, "{finding}: {}", finding.hint())?;
        }
    }
    Ok(ExitCode::from(u8::from(!findings.is_empty())))
}
