//! The shop's key ring, and the one case in which the shop creates it.
//!
//! It creates a ring only if none was named *and* nobody but this machine can connect. In every other
//! case the operator makes the missing ring, since a new one would sign everybody out.

use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use gingersnap::keyring::Keyring;
use gingersnap::keystore::{Envelope, Keystore, KeystoreErrorKind};
use gingersnap::token::Suite;
use gingersnap::{ReloadError, Reloader};

use crate::args::AtRestArgs;
use crate::at_rest::{self, AtRest};
use crate::edge;
use crate::error::Error;
use crate::place::Location;
use crate::shown::Shown;

/// The ring's place, and the rules for a ring that is missing or in clear.
#[derive(Clone, Debug)]
pub(crate) struct RingSource {
    location: Location,
    listen: SocketAddr,
    create_if_missing: bool,
    allow_group_read: bool,
    at_rest: AtRestArgs,
    /// `--plaintext`.
    plaintext: bool,
    /// A ring in clear is fine here, unless something says that it is to be encrypted.
    is_private: bool,
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
            plaintext: false,
            is_private: loopback && location.file().is_some(),
            location,
            listen,
        }
    }

    /// Sets what opens an encrypted ring; `plaintext` accepts one in clear where it would be refused.
    pub(crate) fn at_rest(self, args: &AtRestArgs, plaintext: bool) -> Self {
        Self { at_rest: args.clone(), plaintext, ..self }
    }

    /// The keystore there.
    pub(crate) fn keystore(&self) -> Result<Arc<dyn Keystore>, Error> {
        let at_rest = AtRest::new(&self.at_rest, self.allow_group_read, self.plaintext)?;
        // First, since a build that cannot encrypt must say so, and not ask for an identity.
        let keystore = at_rest::open(&self.location, self.allow_group_read, &at_rest, self.is_private)?;
        if self.create_if_missing && at_rest.seals_for_others() {
            return Err(Error::usage("the ring is to be encrypted, and there is no identity to open it")
                .with_hint("--identity names the file of one that it is for; or leave out --recipients"));
        }
        Ok(keystore)
    }

    /// The error of a ring that did not load.
    async fn unloaded(&self, error: ReloadError) -> Error {
        match error {
            ReloadError::Keyring(error) => Error::in_ring(&self.location, &error),
            ReloadError::Keystore(error)
                if error.kind() == KeystoreErrorKind::Sealed && self.is_private_but_for_address().await =>
            {
                let (location, listen) = (&self.location, self.listen);
                Error::usage(format!("{location}: {error}, and others can connect to {listen}"))
                    .with_hint(IN_CLEAR_FOR_OTHERS)
            }
            ReloadError::Keystore(error) => Error::in_place(&self.location, error),
            other => Error::refused(other.to_string()),
        }
    }

    /// Returns true if the ring is in clear, and would be taken if nobody but this machine could connect.
    async fn is_private_but_for_address(&self) -> bool {
        let at_rest = AtRest::new(&self.at_rest, self.allow_group_read, self.plaintext);
        if self.location.file().is_none() || at_rest.is_ok_and(|it| it.is_given()) {
            return false;
        }
        let stored = self.location.keystore(self.allow_group_read).load().await;
        stored.is_ok_and(|stored| Envelope::recipients_of(stored.bytes()).is_none())
    }
}

/// Loads the ring, or creates it exclusively where [`RingSource`] allows that.
pub(crate) async fn start(keystore: Arc<dyn Keystore>, source: &RingSource) -> Result<Reloader, Error> {
    let created = source.create_if_missing && create_if_missing(&*keystore).await?;
    let reloader = match Reloader::start(keystore).await {
        Ok(reloader) => reloader,
        Err(error) => return Err(source.unloaded(error).await),
    };
    if created {
        tell_created(&source.location);
    }
    Ok(reloader)
}

/// Says that a ring was created, whatever the log's level is.
fn tell_created(location: &Location) {
    let told = writeln!(
        Shown(io::stderr()),
        "gingersnap: created a new key ring: {location}\n\
         gingersnap: whoever reads this file can forge sessions; without it everybody is logged out"
    );
    // If this fails, there is nobody to tell.
    drop(told);
}

/// Creates the ring exclusively: if two servers start at once, one fails instead of replacing the other's ring.
async fn create_if_missing(keystore: &dyn Keystore) -> Result<bool, Error> {
    match keystore.load().await {
        Err(error) if error.kind() == KeystoreErrorKind::NotFound => {}
        // The start itself finds any other error.
        _ => return Ok(false),
    }
    let keyring = Keyring::init(Suite::default(), LONGEST_SESSION, edge::now(), &mut edge::random)?;
    keystore.create(&keyring.to_bytes()).await?;
    Ok(true)
}

/// The ring's name where none is given: in the working directory, and in .gitignore.
const DEFAULT_RING: &str = "gingersnap-keys.json";

const IN_CLEAR_FOR_OTHERS: &str =
    "listen on 127.0.0.1; or `gingersnap keys rewrap` encrypts it, and --plaintext takes it as it is";

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
    fn a_ring_in_clear_is_private_in_a_file_on_loopback() {
        let is_private = |keys: Option<&str>, listen: &str| {
            let keys = keys.map(|keys| Path::new(keys).into());
            RingSource::new(keys.as_ref(), listen.parse().expect("an address"), false).is_private
        };
        assert!(is_private(None, "127.0.0.1:8080"));
        assert!(is_private(Some("ring.json"), "[::1]:8080"));
        assert!(!is_private(None, "0.0.0.0:8080"));
        assert!(!is_private(Some("ring.json"), "192.0.2.1:8080"));
    }
}
