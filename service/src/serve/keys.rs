//! Which key ring the server uses, and when it may create one.
//!
//! Only one case creates a ring: none was named *and* nobody but this machine can connect. In every other
//! case a ring that is not there is the operator's to make, since a new one would sign everybody out.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use gingersnap::{
    Clock as _, Entropy as _, OsEntropy, SystemClock,
    keyring::{EntropyError, Keyring},
    token::Suite,
};

use super::Failure;

/// Where the ring is, and what to do when it is not there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct RingSource {
    pub(crate) path: PathBuf,
    pub(crate) create_if_missing: bool,
    pub(crate) allow_group_read: bool,
}

impl RingSource {
    /// Decides from `--keys`, `--listen` and `--allow-group-read`.
    pub(crate) fn new(keys: Option<&Path>, listen: SocketAddr, allow_group_read: bool) -> Self {
        Self {
            path: keys.unwrap_or(Path::new(DEFAULT_RING)).to_owned(),
            create_if_missing: keys.is_none() && listen.ip().is_loopback(),
            allow_group_read,
        }
    }
}

/// The loaded ring.
#[derive(Debug)]
pub(crate) struct LoadedRing {
    pub(crate) keyring: Keyring,
    /// True if this start created the file.
    pub(crate) created: bool,
}

/// Loads the ring, or creates it exclusively where [`RingSource`] allows that.
pub(crate) fn load_keyring(source: &RingSource) -> Result<LoadedRing, Failure> {
    match fs::read(&source.path) {
        Ok(bytes) => Ok(LoadedRing { keyring: parse(&source.path, &bytes)?, created: false }),
        Err(error) if error.kind() == io::ErrorKind::NotFound && source.create_if_missing => {
            create(&source.path)
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err(missing(&source.path)),
        Err(error) => Err(Failure::io(format!("cannot read {}: {error}", source.path.display()))),
    }
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Keyring, Failure> {
    Keyring::parse(bytes).map_err(|error| {
        let failure = Failure::configuration(format!("{}: {error}", path.display()));
        match error.hint() {
            Some(hint) => failure.hint(hint),
            None => failure,
        }
    })
}

/// `create_new`: if two servers start at once, one of them fails instead of replacing the other's ring.
fn create(path: &Path) -> Result<LoadedRing, Failure> {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes).map_err(|_| EntropyError);
    let keyring = Keyring::init(Suite::default(), LONGEST_SESSION, SystemClock.now(), &mut random)
        .map_err(|error| Failure::io(format!("cannot make a key ring: {error}")))?;
    let written =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).and_then(|mut file| {
            file.write_all(&keyring.to_bytes())?;
            file.sync_all()
        });
    written.map_err(|error| Failure::io(format!("cannot create {}: {error}", path.display())))?;
    Ok(LoadedRing { keyring, created: true })
}

fn missing(path: &Path) -> Failure {
    let path = path.display();
    Failure::configuration(format!("there is no key ring at {path}"))
        .hint(format!("create one with: gingersnap keys init --keys {path}"))
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
        RingSource::new(keys.map(Path::new), listen, false).create_if_missing
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
