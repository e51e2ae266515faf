//! `gingersnap token …`, through the library's public API alone.

mod inspect;
mod open;
mod pasted;
mod purpose;
mod record;
mod seal;

use std::io::{self, IsTerminal as _, Read, Write};
use std::process::ExitCode;

use gingersnap::Timestamp;

use crate::args::{AadArgs, TokenArgs, TokenCommand};
use crate::edge;
use crate::error::Error;
use crate::keys::Ring;
use crate::shown::Shown;

pub(crate) use pasted::Pasted;
pub(crate) use purpose::Purpose;

/// Runs one command.
pub(crate) fn run(args: &TokenArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let out = &mut Shown(out);
    match &args.command {
        TokenCommand::Inspect { token, cookie_name, json } => {
            let pasted = Pasted::read(token, cookie_name.as_deref())?;
            inspect::run(&pasted, *json, out)?;
        }
        TokenCommand::Open(open) => open::run(&Ring::new(&open.ring)?, open, out)?,
        TokenCommand::Seal(seal) => seal::run(&Ring::new(&seal.ring)?, seal, out)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The text of an argument, or standard input for `-`; at most a little more than `limit` bytes of it.
fn read_text(argument: &str, limit: usize) -> Result<Vec<u8>, Error> {
    if argument == "-" { read_stdin(limit) } else { Ok(argument.as_bytes().to_vec()) }
}

/// Standard input without surrounding white space; at most a little more than `limit` bytes.
fn read_stdin(limit: usize) -> Result<Vec<u8>, Error> {
    if io::stdin().is_terminal() {
        // If this fails, whoever waits finds out.
        drop(writeln!(io::stderr(), "gingersnap: paste it here, then press Enter and Ctrl-D"));
    }
    let mut text = Vec::new();
    io::stdin().take(limit as u64 + 64).read_to_end(&mut text).map_err(|error| Error::unread(&error))?;
    Ok(text.trim_ascii().to_vec())
}

/// The bytes of hexadecimal digits.
fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |it: u8| char::from(it).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    bytes.collect::<Option<_>>().filter(|_| rest.is_empty())
}

fn now(args: &AadArgs) -> Timestamp {
    args.now.map_or_else(edge::now, Timestamp::from_unix)
}
