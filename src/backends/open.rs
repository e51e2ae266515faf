//! The keystore at the place that a text names.

use std::sync::Arc;

#[cfg(feature = "postgres")]
use super::postgres::PostgresKeystore;
#[cfg(feature = "redis")]
use super::redis::RedisKeystore;
use crate::keystore::{FileKeystore, Keystore, KeystoreError, KeystoreErrorKind as Kind};

/// The keystore at `PATH`, `file:PATH`, `postgres://…` or `postgresql://…`, `redis://…` or `rediss://…`.
///
/// Opens and connects to nothing. The keystore never shows a password, and no error shows anything of the text.
///
/// ```
/// let keystore = gingersnap::keystore::open("file:keys.json")?;
/// assert_eq!(keystore.to_string(), "keys.json");
/// # Ok::<(), gingersnap::keystore::KeystoreError>(())
/// ```
///
/// # Errors
/// [`Kind::BadUrl`]; [`Kind::Unsupported`] where this build lacks the feature `postgres` or `redis`.
///
/// # Files
/// See [`FileKeystore`]. A file that its group may read is refused; [`FileKeystore::allow_group_read`] accepts it.
///
/// # PostgreSQL
/// Version 11 or later, for many nodes, with the feature `postgres`. The URL is
/// `postgres://user:password@host:port/database?sslmode=…#ring`. Anything that it leaves out comes from libpq's environment
/// variables and its password file, as sqlx reads them. A database holds many rings; `#ring` is the name of this one, `default`
/// unless given. Nothing connects before the first call. There is at most one connection, and one more once
/// [`changed`](Keystore::changed) was awaited. A call ends within seconds: 3 for connecting, 5 for each answer.
///
/// [`store`](Keystore::store) and [`create`](Keystore::create) are one statement, and one transaction, of the server. A write
/// that they acknowledge is as durable as the server's `fsync` and `synchronous_commit` make it, and of two at a time one wins.
/// An error of kind [`Unreachable`](Kind::Unreachable) from either may come after the change was made. A ring beyond
/// [`MAX_FILE`](crate::keyring::Keyring::MAX_FILE) stays on the server. No statement and no ring is logged here. The bytes that
/// [`load`](Keystore::load) returns are wiped; the buffers of the connection that they came through are not.
///
/// The server, its administrators and its backups have the bytes as they are: encrypt the ring
/// ([`Envelope`](crate::keystore::Envelope)) if they must not have the keys. Without `sslmode` the connection is `verify-full`
/// unless the host is this machine, since anybody in between could read the ring or replace it.
///
/// ## Tables and rights
/// `gingersnap_rings(name, ring, changed_at)` and `gingersnap_nodes(ring, node, record)`, in the first schema of the role's
/// `search_path`. Only [`create`](Keystore::create) makes them. The operator's role owns them. A node reads the ring and writes
/// its record of the ring that it holds. It needs no more than
///
/// ```sql
/// GRANT SELECT ON gingersnap_rings TO web;
/// GRANT SELECT, INSERT, UPDATE ON gingersnap_nodes TO web;
/// ```
///
/// A node without the second grant serves too, but is not registered. A role that may read one ring of a database may read them
/// all.
///
/// ## Hints
/// Each write notifies the channel `gingersnap_rings`, in the same transaction. `LISTEN` needs a server session of its own: there
/// are no hints through a pooler that shares sessions, and none from a standby.
///
/// # Redis
/// Version 6 or later, or Valkey, for many nodes, with the feature `redis`. The URL is `redis://user:password@host:port/number#ring`,
/// or `rediss://` for TLS, whose roots are the system's. The name of the ring, connections and times are as for PostgreSQL.
///
/// [`store`](Keystore::store) and [`create`](Keystore::create) are one script, which runs alone: of two at a time one wins. An
/// error of kind [`Unreachable`](Kind::Unreachable) from either may come after the change was made. A write that they acknowledge
/// is as durable as the server's settings make it, and by default that is not much. A ring needs
///
/// ```text
/// appendonly yes
/// appendfsync always             # `everysec` may lose the last second
/// maxmemory-policy noeviction    # any other may drop the ring when memory is short
/// ```
///
/// Even so, a replica that takes over may lack the newest change: replication does not wait. Then the nodes that have the newer
/// ring refuse the older one, and an operator has to look. A keystore that must not lose a change is a file or PostgreSQL.
///
/// The bytes that [`load`](Keystore::load) returns are wiped; the buffers of the connection that they came through are not. The
/// server, its administrators and its backups have the bytes as they are: encrypt the ring if they must not have the keys. With
/// `redis://`, everybody in between has them too.
///
/// ## Keys and rights
/// The hash `gingersnap:<ring>:ring` holds the bytes and their SHA-256, the hash `gingersnap:<ring>:nodes` holds the nodes'
/// records, and the channel `gingersnap:<ring>:changed` carries the hints. A node reads the ring and writes its record of the
/// ring that it holds. It needs no more than (for the ring `shop`; without the key `nodes` it serves too, but is not registered)
///
/// ```text
/// ACL SETUSER web on >password resetkeys %R~gingersnap:shop:ring ~gingersnap:shop:nodes
///   resetchannels &gingersnap:shop:changed -@all +ping +hstrlen +hmget +hgetall +memory|usage +hset +subscribe
/// ```
///
/// and `+select` for any database but 0. An operator's user has the key `~gingersnap:shop:*`, and `+eval +hdel +hget +exists
/// +publish +time`.
pub fn open(place: &str) -> Result<Arc<dyn Keystore>, KeystoreError> {
    let (scheme, rest) = place.split_once(':').unwrap_or(("", place));
    match scheme {
        "postgres" | "postgresql" => postgres(place),
        "redis" | "rediss" => redis(place),
        "file" if rest.starts_with("//") && !rest.starts_with("///") => {
            Err(bad("a file's URL names no host"))
        }
        "file" => file(rest),
        _ if rest.starts_with("//") && is_scheme(scheme) => {
            Err(bad(&format!("unknown scheme {}://", KeystoreError::shown(scheme))))
        }
        _ => file(place),
    }
}

/// Errors show a path, so a URL with quotes or spaces around it must not be taken for one.
fn file(path: &str) -> Result<Arc<dyn Keystore>, KeystoreError> {
    if path.is_empty() {
        return Err(bad("it names no file"));
    }
    if path.contains("://") && !path.starts_with(['/', '.']) {
        return Err(bad(
            "it has :// in it and does not begin as a URL does; a path like that begins with ./",
        ));
    }
    Ok(Arc::new(FileKeystore::new(path)))
}

#[cfg(feature = "postgres")]
fn postgres(url: &str) -> Result<Arc<dyn Keystore>, KeystoreError> {
    Ok(Arc::new(PostgresKeystore::new(url)?))
}

#[cfg(not(feature = "postgres"))]
fn postgres(_: &str) -> Result<Arc<dyn Keystore>, KeystoreError> {
    Err(KeystoreError::new(Kind::Unsupported, "this build has no PostgreSQL keystore")
        .with_hint("build it with the feature `postgres`"))
}

#[cfg(feature = "redis")]
fn redis(url: &str) -> Result<Arc<dyn Keystore>, KeystoreError> {
    Ok(Arc::new(RedisKeystore::new(url)?))
}

#[cfg(not(feature = "redis"))]
fn redis(_: &str) -> Result<Arc<dyn Keystore>, KeystoreError> {
    Err(KeystoreError::new(Kind::Unsupported, "this build has no Redis keystore")
        .with_hint("build it with the feature `redis`"))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

fn bad(message: &str) -> KeystoreError {
    KeystoreError::new(Kind::BadUrl, message).with_hint(PLACES)
}

const PLACES: &str = "postgres://…, redis:// or rediss://…, or a file: PATH or file:PATH";
