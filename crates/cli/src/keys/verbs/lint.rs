//! `gingersnap keys lint`.

use std::io::Write;
use std::process::ExitCode;

use gingersnap::keyring::Keyring;

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
    let in_place = ring.load()?;
    let found = in_place.lint(every, longest_policy, ring.now).into_iter().map(Finding::from);
    Ok(found.chain(storage::findings(ring)?).chain(rolled_back(ring, &in_place)).collect())
}

/// The finding that nodes have had a later ring than the one in place, or may have.
fn rolled_back(ring: &Ring, in_place: &Keyring) -> Option<Finding> {
    let finding = |name, text: String, hint| Some(Finding { name, key: None, text: text.into(), hint });
    match ring.records().map(|records| records.seen(in_place)) {
        Ok(seen) if seen > in_place.generation() => {
            let here = in_place.generation();
            let text =
                format!("a node has had generation {seen}, and the ring in place is generation {here}");
            finding(
                "rolled_back",
                text,
                "an old ring brings revoked keys back: put the newest in place, or `gingersnap keys restore`",
            )
        }
        Ok(_) => None,
        Err(error) => {
            let text = format!("which generations nodes have had is not known: {error}");
            finding("nodes_unknown", text, "`gingersnap keys rollout` says more")
        }
    }
}
