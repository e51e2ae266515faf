//! PostgreSQL.

mod client;
mod keystore;
mod listen;
mod pool;
mod prepared;
mod sessions;
mod sql;
mod store;
mod wire;

pub(super) use keystore::PostgresKeystore;
pub use store::PostgresStore;
