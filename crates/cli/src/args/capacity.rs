//! `gingersnap capacity`.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

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
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn lines(text: &str) -> Result<usize, String> {
    let lines = text.parse().ok().filter(|lines| *lines <= MOST_LINES);
    lines.ok_or_else(|| format!("a cart has from 0 to {MOST_LINES} lines"))
}

/// The lines of the standard cart.
const MOST_LINES: usize = 600;
