//! PostgreSQL.

mod keystore;
mod listen;
mod sql;
mod wire;

pub(super) use keystore::PostgresKeystore;
