//! `gingersnap capacity`: what a session takes in a cookie.

mod bars;
mod encode;
mod measure;
mod report;
mod session;
mod standard;
mod tables;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use crate::args::CapacityArgs;
use crate::error::Error;
use crate::new_file::{self, PUBLIC};
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
        Some(path) => new_file::write(path, bars::draw(&report).to_string().as_bytes(), PUBLIC)?,
        None => {}
    }
    if args.json {
        tables::write_json(&report, out)?;
    } else {
        tables::write(&report, &mut Shown(out))?;
    }
    Ok(ExitCode::SUCCESS)
}
