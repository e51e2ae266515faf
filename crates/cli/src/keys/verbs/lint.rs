//! `gingersnap keys lint`.

use std::io::Write;
use std::process::ExitCode;

use crate::error::Error;
use crate::keys::ring::Ring;
use crate::keys::say::finding::Finding;
use crate::keys::storage;
use crate::render;

/// Exit status 1 if there is anything to find.
pub(in crate::keys) fn run(
    ring: &Ring,
    every: u64,
    longest_policy: Option<u64>,
    json: bool,
    out: &mut impl Write,
) -> Result<ExitCode, Error> {
    let findings = findings(ring, every, longest_policy)?;
    if json {
        render::json(out, &findings.iter().map(Finding::as_json).collect())?;
    } else if findings.is_empty() {
        writeln!(out, "the ring is in good order")?;
    } else {
        for finding in &findings {
            writeln!(out, "{}: {}", finding.text, finding.hint)?;
        }
    }
    Ok(ExitCode::from(u8::from(!findings.is_empty())))
}

fn findings(ring: &Ring, every: u64, longest_policy: Option<u64>) -> Result<Vec<Finding>, Error> {
    let found = ring.load()?.lint(every, longest_policy, ring.now);
    Ok(found.into_iter().map(Finding::from).chain(storage::findings(ring)?).collect())
}
