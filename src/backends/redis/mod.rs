//! Redis and Valkey.

mod keystore;
mod listen;
mod wire;

pub use keystore::RedisKeystore;
