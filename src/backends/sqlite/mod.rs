//! SQLite: sessions in a file. Reads are done in place, writes by one thread that gathers them; another has the disk keep them.

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
