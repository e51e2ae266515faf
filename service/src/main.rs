//! The `gingersnap` binary.

mod demo;
mod serve;

use std::{io, io::Write as _, process::ExitCode};

use clap::{Parser, Subcommand};

/// Session cookies sealed with an AEAD: the shop that shows them, and the tools around them
#[derive(Debug, Parser)]
#[command(name = "gingersnap", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    // Without a subcommand it serves, so that `cargo run` alone shows something.
    #[command(flatten)]
    serve: serve::ServeArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::ServeArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let args = match cli.command {
        Some(Command::Serve(args)) => args,
        None => cli.serve,
    };
    match serve::run(&args, &mut io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "{failure}");
            ExitCode::from(failure.status())
        }
    }
}
