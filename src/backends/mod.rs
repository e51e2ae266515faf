//! Keystores of a fleet, and encryption of the ring there: a folder for each driver. No driver's type is in the API.

#[cfg(feature = "age")]
mod age;
mod envelope;
#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
mod fault;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod hints;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod link;
#[cfg(not(feature = "age"))]
mod no_age;
mod open;
mod open_store;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "redis")]
mod redis;
#[cfg(any(feature = "postgres", feature = "redis"))]
mod ring;
mod sealed;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod tally;
#[cfg(any(feature = "postgres", feature = "redis", feature = "sqlite"))]
mod url;

pub use self::envelope::Envelope;
pub use self::open::open;
pub use self::open_store::open_store;
#[cfg(feature = "postgres")]
pub use self::postgres::PostgresStore;
#[cfg(feature = "redis")]
pub use self::redis::RedisStore;
#[cfg(feature = "sqlite")]
pub use self::sqlite::SqliteStore;
