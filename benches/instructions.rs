//! Requests to count the instructions of: `benches/instructions.sh` runs it under valgrind.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it talks to whoever runs it"
)]

mod counted;

fn main() {
    counted::run(|sessions| sessions);
}
