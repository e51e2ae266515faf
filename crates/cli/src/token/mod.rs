//! `gingersnap token …`, through the library's public API alone.

mod inspect;
mod open;
mod record;
mod seal;

use std::io::{self, Read, Write};
use std::process::ExitCode;

use gingersnap::Timestamp;
use gingersnap::token::{Aad, Unopened};

use crate::args::{AadArgs, TokenArgs, TokenCommand};
use crate::edge;
use crate::error::Error;
use crate::keys::Ring;
use crate::shown::Shown;

/// Runs one command.
pub(crate) fn run(args: &TokenArgs, out: &mut impl Write) -> Result<ExitCode, Error> {
    let out = &mut Shown(out);
    match &args.command {
        TokenCommand::Inspect { token, json } => inspect::run(&read_token(token)?, *json, out)?,
        TokenCommand::Open(open) => open::run(&Ring::new(&open.ring)?, open, out)?,
        TokenCommand::Seal(seal) => seal::run(&Ring::new(&seal.ring)?, seal, out)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The token of an argument, or of standard input for `-`.
fn read_token(argument: &str) -> Result<Unopened, Error> {
    parse(&read_text(argument, Unopened::MAX_TEXT)?)
}

pub(crate) fn parse(text: &[u8]) -> Result<Unopened, Error> {
    Ok(Unopened::parse(text)?)
}

/// The text of an argument, or standard input for `-`; at most a little more than `limit` bytes of it.
pub(crate) fn read_text(argument: &str, limit: usize) -> Result<Vec<u8>, Error> {
    if argument == "-" { read_stdin(limit) } else { Ok(argument.as_bytes().to_vec()) }
}

/// Standard input without surrounding white space; at most a little more than `limit` bytes.
fn read_stdin(limit: usize) -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    io::stdin().take(limit as u64 + 64).read_to_end(&mut text)?;
    Ok(text.trim_ascii().to_vec())
}

pub(crate) fn aad(args: &AadArgs) -> Result<Aad, Error> {
    if args.audience.is_empty() {
        return Err(Error::usage("the audience is empty")
            .with_hint("it is the one that the application was built with"));
    }
    Aad::new(args.kind, &args.tag, cookie_name(args), &args.audience, &args.context)
        .ok_or_else(|| Error::usage("a part of what the token is for is longer than 65,535 bytes"))
}

/// The cookie's name; a record has none.
fn cookie_name(args: &AadArgs) -> &str {
    let usual = if record::is_one(args) { "" } else { "__Host-session" };
    args.cookie_name.as_deref().unwrap_or(usual)
}

/// The bytes of hexadecimal digits.
fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |it: u8| char::from(it).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, rest) = text.as_chunks::<2>();
    let bytes = pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?));
    bytes.collect::<Option<_>>().filter(|_| rest.is_empty())
}

pub(crate) fn now(args: &AadArgs) -> Timestamp {
    args.now.map_or_else(edge::now, Timestamp::from_unix)
}
