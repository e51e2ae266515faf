//! The `gingersnap` binary.

mod args;
mod at_rest;
mod build;
mod capacity;
mod confirm;
mod demo;
mod edge;
mod error;
mod keys;
mod manual;
mod new_file;
#[expect(dead_code, reason = "the benchmarks draw more with it")]
mod picture;
mod place;
mod render;
mod runtime;
mod sessions;
mod shown;
mod store;
mod token;

use std::io;
use std::process::ExitCode;

use args::{Cli, Command};
use error::Error;

fn main() -> ExitCode {
    // Before the environment and files are read: they hold secrets.
    if let Err(error) = gingersnap_server::forbid_core_dumps() {
        return Error::from(error).report(&mut io::stderr());
    }
    let cli = match Cli::read() {
        Ok(cli) => cli,
        Err(error) => return args::report(error),
    };
    let mut out = io::stdout();
    let result = match cli.command {
        Command::Capacity(args) => capacity::run(&args, &mut out.lock()),
        Command::Completions { shell } => manual::completions(shell, &mut out),
        Command::Demo(args) => demo::run(&args, &mut out),
        Command::Keys(args) => keys::run(&args, &mut out),
        Command::Man { folder } => manual::pages(folder.as_deref(), &mut out),
        Command::Sessions(args) => sessions::run(&args, &mut out),
        Command::Store(args) => store::run(&args, &mut out),
        Command::Token(args) => token::run(&args, &mut out.lock()),
    };
    result.unwrap_or_else(|error| error.report(&mut io::stderr()))
}
