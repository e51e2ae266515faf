//! Redis and Valkey.

mod keys;
mod keystore;
mod listen;
mod primary;
mod script;
mod shared;
mod sign_ins;
mod store;
mod wire;

pub(super) use keystore::RedisKeystore;
pub use store::RedisStore;
