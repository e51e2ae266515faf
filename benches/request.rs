//! Runs the package in `benches/peers`, so that plain `cargo bench` measures the peers too.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it talks to whoever runs it")]
#![expect(clippy::disallowed_methods, reason = "cargo says in the environment which cargo it is")]

mod elsewhere;

use std::process::ExitCode;

fn main() -> ExitCode {
    elsewhere::run("request", MANIFEST, "gingersnap-peers", &["--quick"])
}

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/Cargo.toml");
