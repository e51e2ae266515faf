//! SQLite: sessions in a file. Reads are done in place, writes by one thread that gathers them; another thread flushes them to
//! the disk.

mod apply;
mod checkpoints;
mod clock;
mod explain;
mod file;
mod queue;
mod readers;
mod sign_ins;
mod statements;
mod store;
#[cfg(test)]
mod tests;
mod writer;

pub use store::SqliteStore;
