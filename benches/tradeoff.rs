//! Runs `tradeoff` and `wire` of the package in `benches/stored`: where a session is in the cookie, and where it is in a store.
//!
//! `--plots` draws the pictures of `docs/TRADEOFF.md` anew from the tables that are there. Not among what plain `cargo bench`
//! runs: it takes twenty minutes.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it talks to whoever runs it")]
#![expect(clippy::disallowed_methods, reason = "cargo says in the environment which cargo it is")]

mod elsewhere;

use std::process::ExitCode;

fn main() -> ExitCode {
    elsewhere::run("tradeoff", MANIFEST, "tradeoff", &["--quick", "--plots"])
}

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/stored/Cargo.toml");
