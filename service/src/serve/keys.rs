//! Which key ring the server uses, and when it may create one.
//!
//! Only one case creates a ring: none was named *and* nobody but this machine can connect. In every other
//! case a ring that is not there is the operator's to make, since a new one would sign everybody out.

use std::net::SocketAddr;
use std::path::Path;

use gingersnap::keyring::Keyring;
use gingersnap::keystore::{Keystore, KeystoreErrorKind};
use gingersnap::token::Suite;
use gingersnap::{ReloadError, Reloader};

use crate::edge;
use crate::error::Error;
use crate::place::Location;

/// Where the ring is, and what to do when it is not there.
#[derive(Clone, Debug)]
pub(crate) struct RingSource {
    pub(crate) location: Location,
    pub(crate) create_if_missing: bool,
    pub(crate) allow_group_read: bool,
}

impl RingSource {
    /// Decides from `--keys`, `--listen` and `--allow-group-read`.
    pub(crate) fn new(keys: Option<&Location>, listen: SocketAddr, allow_group_read: bool) -> Self {
        Self {
            location: keys.cloned().unwrap_or_else(|| Path::new(DEFAULT_RING).into()),
            create_if_missing: keys.is_none() && listen.ip().is_loopback(),
            allow_group_read,
        }
    }
}

/// A ring to serve with.
#[derive(Debug)]
pub(crate) struct Started<K> {
    pub(crate) reloader: Reloader<K>,
    /// True if this start created the ring.
    pub(crate) created: bool,
}

/// Loads the ring, or creates it exclusively where [`RingSource`] allows that.
pub(crate) async fn start<K: Keystore>(keystore: K, source: &RingSource) -> Result<Started<K>, Error> {
    let created = source.create_if_missing && create_if_missing(&keystore).await?;
    let reloader = Reloader::start(keystore).await.map_err(|error| match error {
        ReloadError::Keyring(error) => Error::in_ring(&source.location, &error),
        ReloadError::Keystore(error) => error.into(),
        other => Error::refused(other.to_string()),
    })?;
    Ok(Started { reloader, created })
}

/// Exclusively: if two servers start at once, one of them fails instead of replacing the other's ring.
async fn create_if_missing(keystore: &impl Keystore) -> Result<bool, Error> {
    match keystore.load().await {
        Err(error) if error.kind() == KeystoreErrorKind::NotFound => {}
        // What else is wrong, the start itself finds.
        _ => return Ok(false),
    }
    let keyring = Keyring::init(Suite::default(), LONGEST_SESSION, edge::now(), &mut edge::random)?;
    keystore.create(&keyring.to_bytes()).await?;
    Ok(true)
}

/// The ring's name where none is given: in the working directory, and in .gitignore.
const DEFAULT_RING: &str = "gingersnap-keys.json";

/// Seconds that a session under a new ring may last: 30 days.
const LONGEST_SESSION: u64 = 30 * 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn creates(keys: Option<&str>, listen: &str) -> bool {
        let listen = listen.parse().expect("an address");
        RingSource::new(keys.map(|keys| Path::new(keys).into()).as_ref(), listen, false).create_if_missing
    }

    #[test]
    fn a_ring_is_created_only_unnamed_and_on_loopback() {
        assert!(creates(None, "127.0.0.1:8080"));
        assert!(creates(None, "[::1]:8080"));
        assert!(!creates(None, "0.0.0.0:8080"));
        assert!(!creates(None, "192.0.2.1:8080"));
        assert!(!creates(Some("gingersnap-keys.json"), "127.0.0.1:8080"));
    }
}
