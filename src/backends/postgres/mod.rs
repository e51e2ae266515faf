//! PostgreSQL.

mod keystore;
mod listen;
mod sql;
mod wire;

pub use keystore::PostgresKeystore;
