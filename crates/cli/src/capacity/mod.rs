//! `gingersnap capacity`: what a session takes in a cookie.

mod encode;
mod measure;
mod report;
mod standard;

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use serde_json::{Map, Value};

use crate::args::CapacityArgs;
use crate::error::Error;
use crate::shown::Shown;
use measure::Measure;
use report::Report;
use standard::Standard;

/// Measures one session.
pub(crate) fn run(args: &CapacityArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let measure = Measure::new()?;
    let report = match (&args.session, args.items) {
        (Some(path), _) => Report::new(&measure, &read(path)?)?,
        (None, lines) => {
            let standard = Standard::read()?;
            Report::new(&measure, &standard.cart(lines.unwrap_or_default()))?.beside(&standard, &measure)?
        }
    };
    if args.json {
        report.write_json(out)?;
    } else {
        report.write(&mut Shown(out))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a JSON object.
fn read(path: &Path) -> Result<Map<String, Value>, Error> {
    let shown = if path == Path::new("-") { "standard input".into() } else { path.display().to_string() };
    let unread = |error: io::Error| Error::io(format!("cannot read {shown}: {error}"));
    let mut text = Vec::new();
    if path == Path::new("-") {
        io::stdin().take(MOST + 1).read_to_end(&mut text).map_err(unread)?;
    } else {
        File::open(path).and_then(|file| file.take(MOST + 1).read_to_end(&mut text)).map_err(unread)?;
    }
    if text.len() as u64 > MOST {
        return Err(Error::usage(format!("{shown} has more than 1 MiB"))
            .with_hint("no cookie has room for that; a store takes up to 1 MiB of a session"));
    }
    let object = "a session is an object of fields, such as {\"user_id\": 7, \"cart\": []}";
    match serde_json::from_slice(&text) {
        Ok(Value::Object(session)) => Ok(session),
        Ok(_) => Err(Error::usage(format!("{shown} is JSON, but no object")).with_hint(object)),
        Err(error) => Err(Error::usage(format!("{shown} is not JSON: {error}")).with_hint(object)),
    }
}

/// Bytes of JSON that are read.
const MOST: u64 = 1 << 20;
