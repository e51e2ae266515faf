//! The store at the place that a text names.

use std::sync::Arc;

#[cfg(feature = "postgres")]
use super::postgres::PostgresStore;
#[cfg(feature = "redis")]
use super::redis::RedisStore;
#[cfg(feature = "sqlite")]
use super::sqlite::SqliteStore;
use crate::keystore::KeystoreError;
use crate::store::{MemoryStore, Store, StoreError, StoreErrorKind as Kind};

/// The store at `sqlite:PATH`, `postgres://…` or `postgresql://…`, `redis://…` or `rediss://…`, or `memory:`; `#name` at the
/// end is the store's name there, `default` unless given.
///
/// Connects to no server. The store never shows a password, and no error shows anything of a URL that is not understood.
///
/// # Errors
/// [`Kind::BadUrl`]; [`Kind::Unsupported`] where this build lacks the feature `sqlite`, `postgres` or `redis`; those of
/// `SqliteStore::open`.
pub fn open_store(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    match scheme {
        "sqlite" => sqlite(url),
        "postgres" | "postgresql" => postgres(url),
        "redis" | "rediss" => redis(url),
        "memory" => memory(url),
        "" => Err(bad("it names no kind of store")),
        _ => Err(bad(&format!("unknown scheme {}:", KeystoreError::shown(scheme)))),
    }
}

#[cfg(feature = "sqlite")]
fn sqlite(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(SqliteStore::open(url)?))
}

#[cfg(not(feature = "sqlite"))]
fn sqlite(_: &str) -> Result<Arc<dyn Store>, StoreError> {
    Err(lacking("SQLite", "build it with the feature `sqlite`"))
}

#[cfg(feature = "postgres")]
fn postgres(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(PostgresStore::open(url)?))
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str) -> Result<Arc<dyn Store>, StoreError> {
    Err(lacking("PostgreSQL", "build it with the feature `postgres`"))
}

#[cfg(feature = "redis")]
fn redis(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(RedisStore::open(url)?))
}

#[cfg(not(feature = "redis"))]
fn redis(_: &str) -> Result<Arc<dyn Store>, StoreError> {
    Err(lacking("Redis", "build it with the feature `redis`"))
}

/// A store of this process's own: each call opens another one.
fn memory(url: &str) -> Result<Arc<dyn Store>, StoreError> {
    match url {
        "memory:" => Ok(Arc::new(MemoryStore::new())),
        _ => Err(bad("nothing follows memory:")),
    }
}

#[cfg(not(all(feature = "postgres", feature = "redis", feature = "sqlite")))]
fn lacking(what: &str, hint: &'static str) -> StoreError {
    StoreError::new(Kind::Unsupported, format!("this build has no {what} store")).with_hint(hint)
}

fn bad(message: &str) -> StoreError {
    StoreError::new(Kind::BadUrl, message).with_hint(PLACES)
}

const PLACES: &str = "sqlite:PATH, postgres://…, redis:// or rediss://…, or memory:";
