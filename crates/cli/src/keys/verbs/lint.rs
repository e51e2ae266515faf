//! `gingersnap keys lint`.

use std::io::Write;
use std::process::ExitCode;

use serde_json::{Value, json};

use crate::error::Error;
use crate::keys::{Ring, storage};
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

/// Something that is not as it should be, with the ring or with where it is kept.
struct Finding {
    name: &'static str,
    key: Option<String>,
    text: String,
    hint: String,
}

fn findings(ring: &Ring, every: u64, longest_policy: Option<u64>) -> Result<Vec<Finding>, Error> {
    let found = ring.load()?.lint(every, longest_policy, ring.now);
    let storage = storage::findings(ring)?.into_iter().map(Finding::of_storage);
    Ok(found.into_iter().map(Finding::from).chain(storage).collect())
}

impl From<gingersnap::keyring::Finding> for Finding {
    fn from(finding: gingersnap::keyring::Finding) -> Self {
        Self {
            name: finding.kind().name(),
            key: finding.key().map(|key| key.to_string()),
            text: finding.to_string(),
            hint: finding.hint().into(),
        }
    }
}

impl Finding {
    fn of_storage((name, text, hint): storage::Finding) -> Self {
        Self { name, key: None, text: text.into(), hint: hint.into() }
    }

    fn as_json(&self) -> Value {
        json!({ "finding": self.name, "key": self.key, "text": self.text, "hint": self.hint })
    }
}
