//! Where a fleet keeps its ring: a folder for each driver. No type of a driver is in the API.

#[cfg(feature = "age")]
mod age;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;

#[cfg(feature = "age")]
pub use self::age::SealedKeystore;
#[cfg(feature = "postgres")]
pub use self::postgres::PostgresKeystore;
#[cfg(feature = "redis")]
pub use self::redis::RedisKeystore;
