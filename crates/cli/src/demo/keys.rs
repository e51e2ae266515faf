//! Which key ring the shop uses, and when it may create one.
//!
//! Only one case creates a ring: none was named *and* nobody but this machine can connect. In every other
//! case a ring that is not there is the operator's to make, since a new one would sign everybody out.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::Path;

use gingersnap::keyring::Keyring;
use gingersnap::keystore::{Keystore, KeystoreErrorKind, SealedKeystore};
use gingersnap::token::Suite;
use gingersnap::{ReloadError, Reloader};

use crate::args::AtRestArgs;
use crate::at_rest::{self, AtRest};
use crate::edge;
use crate::error::Error;
use crate::place::{Location, Place};

/// Where the ring is, and what to do when it is not there.
#[derive(Clone, Debug)]
pub(crate) struct RingSource {
    location: Location,
    create_if_missing: bool,
    allow_group_read: bool,
    at_rest: AtRestArgs,
    allow_plaintext: bool,
}

impl RingSource {
    /// Decides from `--keys`, `--listen` and `--allow-group-read`.
    pub(crate) fn new(keys: Option<&Location>, listen: SocketAddr, allow_group_read: bool) -> Self {
        let location = keys.cloned().unwrap_or_else(|| Path::new(DEFAULT_RING).into());
        let loopback = listen.ip().is_loopback();
        Self {
            create_if_missing: keys.is_none() && loopback,
            allow_group_read,
            at_rest: AtRestArgs::default(),
            allow_plaintext: loopback && location.is_file(),
            location,
        }
    }

    /// Who opens an encrypted ring, and whether one in clear is fine where it would not be.
    pub(crate) fn at_rest(self, args: &AtRestArgs, plaintext: bool) -> Self {
        Self { at_rest: args.clone(), allow_plaintext: self.allow_plaintext || plaintext, ..self }
    }

    /// The keystore there.
    pub(crate) fn keystore(&self) -> Result<SealedKeystore<Place>, Error> {
        let at_rest = AtRest::new(&self.at_rest, self.allow_group_read)?;
        if self.create_if_missing && at_rest.seals_for_others() {
            return Err(Error::usage("the ring is to be encrypted, and there is no identity to open it")
                .with_hint("--identity names the file of one that it is for; or leave out --recipients"));
        }
        at_rest::open(&self.location, self.allow_group_read, &at_rest, self.allow_plaintext)
    }
}

/// Loads the ring, or creates it exclusively where [`RingSource`] allows that.
pub(crate) async fn start<K: Keystore>(keystore: K, source: &RingSource) -> Result<Reloader<K>, Error> {
    let created = source.create_if_missing && create_if_missing(&keystore).await?;
    let reloader = Reloader::start(keystore).await.map_err(|error| match error {
        ReloadError::Keyring(error) => Error::in_ring(&source.location, &error),
        ReloadError::Keystore(error) => Error::in_place(&source.location, error),
        other => Error::refused(other.to_string()),
    })?;
    if created {
        tell_created(&source.location);
    }
    Ok(reloader)
}

/// Whatever the log's level is.
fn tell_created(location: &Location) {
    let told = writeln!(
        io::stderr(),
        "gingersnap: created a new key ring: {location}\n\
         gingersnap: whoever reads this file can forge sessions; without it everybody is logged out"
    );
    // Nobody is left to tell if this fails.
    drop(told);
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

    #[test]
    fn a_ring_in_clear_is_fine_in_a_file_on_loopback_or_if_it_is_said() {
        let allowed = |keys: Option<&str>, listen: &str, plaintext| {
            let keys = keys.map(|keys| Path::new(keys).into());
            let source = RingSource::new(keys.as_ref(), listen.parse().expect("an address"), false);
            source.at_rest(&AtRestArgs::default(), plaintext).allow_plaintext
        };
        assert!(allowed(None, "127.0.0.1:8080", false));
        assert!(allowed(Some("ring.json"), "[::1]:8080", false));
        assert!(!allowed(None, "0.0.0.0:8080", false));
        assert!(!allowed(Some("ring.json"), "192.0.2.1:8080", false));
        assert!(allowed(Some("ring.json"), "192.0.2.1:8080", true));
    }
}
