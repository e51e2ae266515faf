//! Runs the package in `benches/peers`, so that plain `cargo bench` measures the peers too.
//!
//! They are no dev-dependencies: nobody who tests the library should have to compile them.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "it talks to whoever runs it")]

use std::env;
use std::process::{Command, ExitCode};

#[expect(clippy::disallowed_methods, reason = "cargo says in the environment which cargo it is")]
fn main() -> ExitCode {
    let has = |wanted: &str| env::args().any(|arg| arg == wanted);
    if !has("--bench") {
        println!("request: measures under `cargo bench` alone");
        return ExitCode::SUCCESS;
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--release", "--manifest-path", MANIFEST, "--"]);
    if has("--quick") {
        command.arg("--quick");
    }
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(status) => ExitCode::from(status.code().and_then(|code| code.try_into().ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("request: cannot run cargo: {error}");
            ExitCode::FAILURE
        }
    }
}

const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/Cargo.toml");
