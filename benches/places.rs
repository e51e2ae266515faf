//! The same requests as in `instructions`, of a layer that has a store: what fits its cookie stays there.
//! `benches/instructions.sh --places` runs both under valgrind.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "it talks to whoever runs it"
)]

use gingersnap::store::MemoryStore;

mod counted;

fn main() {
    counted::run(|sessions| sessions.store(MemoryStore::with_clock(MemoryStore::ROOM, counted::now)));
}
