//! PostgreSQL.

mod client;
mod feed;
mod keystore;
mod listen;
mod pool;
mod prepared;
mod sessions;
mod sign_ins;
mod sql;
mod store;
mod wire;

pub(super) use keystore::PostgresKeystore;
pub use store::PostgresStore;
