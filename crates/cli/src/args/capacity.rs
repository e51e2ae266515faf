//! `gingersnap capacity`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::RingArgs;

#[derive(Args, Debug)]
#[command(group = ArgGroup::new("what").required(true))]
pub(crate) struct CapacityArgs {
    /// The session, a JSON object in a file; - for standard input
    ///
    /// Each field becomes a field of a struct, and a name of a map. A number with a fraction is an f64, another as short as it can
    /// be; null is an empty Option, and a value that is there is taken for one that always is.
    #[arg(long, value_name = "FILE", group = "what")]
    pub(crate) session: Option<PathBuf>,
    /// A cart of so many lines, with which other libraries were measured
    #[arg(long, value_name = "N", group = "what", allow_negative_numbers = true, value_parser = lines)]
    pub(crate) items: Option<usize>,
    /// A cookie, opened with the ring: NAME=VALUE, or - for standard input
    ///
    /// Others on this machine see command lines, and whoever has a cookie has its session: standard input shows it to nobody.
    #[arg(long, value_name = "COOKIE", group = "what", requires = "audience")]
    pub(crate) cookie: Option<String>,
    /// The application and its environment, with --cookie
    #[arg(long, requires = "cookie")]
    pub(crate) audience: Option<String>,
    /// The tag of the cookie's data type
    #[arg(long, default_value = "map", requires = "cookie")]
    pub(crate) tag: String,
    /// The time to open the cookie at, in Unix seconds, instead of the clock's
    #[arg(long, value_name = "UNIX", requires = "cookie")]
    pub(crate) now: Option<u64>,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Draw a picture into a new file, too; - draws it on standard output alone
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) ring: RingArgs,
}

fn lines(text: &str) -> Result<usize, String> {
    let lines = text.parse().ok().filter(|lines| *lines <= MOST_LINES);
    lines.ok_or_else(|| format!("a cart has from 0 to {MOST_LINES} lines; --session measures any other"))
}

/// The lines of the standard cart.
const MOST_LINES: usize = 600;
