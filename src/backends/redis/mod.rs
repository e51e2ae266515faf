//! Redis and Valkey.

mod keystore;
mod listen;
mod wire;

pub(super) use keystore::RedisKeystore;
