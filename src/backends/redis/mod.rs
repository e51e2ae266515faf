//! Redis and Valkey.

mod keystore;
mod listen;
mod script;
mod shared;
mod store;
mod wire;

pub(super) use keystore::RedisKeystore;
pub use store::RedisStore;
