//! `gingersnap capacity`: what a session takes in a cookie.

mod bars;
mod encode;
mod measure;
mod report;
mod session;
mod standard;
mod tables;

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use crate::args::CapacityArgs;
use crate::error::Error;
use crate::shown::Shown;
use measure::Measure;
use report::Report;
use session::Session;
use standard::Standard;

/// Measures one session.
pub(crate) fn run(args: &CapacityArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let (measure, standard) = (Measure::new()?, Standard::read()?);
    let session = match (&args.session, &args.cookie, args.items) {
        (Some(path), ..) => Session::read(path)?,
        (None, Some(cookie), _) => Session::open(cookie, args)?,
        (None, None, lines) => Session::from_json(&standard.cart(lines.unwrap_or_default()))?,
    };
    let report = Report::new(&measure, session, &standard, args.items)?;
    match args.svg.as_deref() {
        Some(path) if path == Path::new("-") => {
            write!(out, "{}", bars::draw(&report))?;
            return Ok(ExitCode::SUCCESS);
        }
        Some(path) => create(path, &bars::draw(&report).to_string())?,
        None => {}
    }
    if args.json {
        tables::write_json(&report, out)?;
    } else {
        tables::write(&report, &mut Shown(out))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a new file.
fn create(path: &Path, text: &str) -> Result<(), Error> {
    let shown = path.display();
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => Error::refused(format!("cannot create {shown}: it exists already"))
            .with_hint("nothing is replaced: choose another name"),
        _ => Error::io(format!("cannot write {shown}: {error}")),
    })
}
