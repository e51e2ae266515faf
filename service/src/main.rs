//! The `gingersnap` binary.

mod args;
mod edge;
mod error;
mod keys;
mod render;
mod token;

use std::io;
use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = io::stdout().lock();
    let result = match cli.command {
        Command::Keys(args) => keys::run(&args, &mut out),
        Command::Token(args) => token::run(&args, &mut out),
    };
    result.unwrap_or_else(|error| error.report(&mut io::stderr()))
}
