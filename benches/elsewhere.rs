//! Benches in packages of their own, so that nobody who tests the library has to compile the peers.

use std::env;
use std::process::{Command, ExitCode};

/// Runs a binary of another package with the arguments that are ours; says why not, where cargo only tests.
pub(crate) fn run(bench: &str, manifest: &str, binary: &str, options: &[&str]) -> ExitCode {
    let has = |wanted: &str| env::args().any(|arg| arg == wanted);
    if !has("--bench") {
        println!("{bench}: measures under `cargo bench` alone");
        return ExitCode::SUCCESS;
    }
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["run", "--locked", "--manifest-path", manifest, "--bin", binary]);
    // A trial's figures mean nothing: it need not be compiled to be fast.
    if !has("--quick") {
        command.arg("--release");
    }
    command.arg("--");
    command.args(options.iter().filter(|option| has(option)));
    match command.status() {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(status) => ExitCode::from(status.code().and_then(|code| code.try_into().ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("{bench}: cannot run cargo: {error}");
            ExitCode::FAILURE
        }
    }
}
