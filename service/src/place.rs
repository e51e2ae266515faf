//! Where the ring is kept: what `--keys` names.

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use gingersnap::keystore::{FileKeystore, Keystore, KeystoreError, Loaded, Node, NodeName, Version};

/// What `--keys` says: a file, with or without `file:` before it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Location {
    File(PathBuf),
}

/// The keystore at a location.
pub(crate) enum Place {
    File(FileKeystore),
}

impl Location {
    /// Whether it is a file, which nobody reads whom its mode does not let.
    pub(crate) const fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// The keystore there. Nothing is opened yet.
    pub(crate) fn keystore(&self, allow_group_read: bool) -> Place {
        match self {
            Self::File(path) => Place::File(FileKeystore::new(path).allow_group_read(allow_group_read)),
        }
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl FromStr for Location {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self::File(text.strip_prefix("file:").unwrap_or(text).into()))
    }
}

/// As it may be shown: without a password.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl Keystore for Place {
    async fn load(&self) -> Result<Loaded, KeystoreError> {
        match self {
            Self::File(file) => file.load().await,
        }
    }

    async fn store(&self, bytes: &[u8], replaced: Version) -> Result<(), KeystoreError> {
        match self {
            Self::File(file) => file.store(bytes, replaced).await,
        }
    }

    async fn create(&self, bytes: &[u8]) -> Result<(), KeystoreError> {
        match self {
            Self::File(file) => file.create(bytes).await,
        }
    }

    async fn changed(&self) {
        match self {
            Self::File(file) => file.changed().await,
        }
    }

    async fn register(&self, node: &Node) -> Result<(), KeystoreError> {
        match self {
            Self::File(file) => file.register(node).await,
        }
    }

    async fn nodes(&self) -> Result<Vec<Node>, KeystoreError> {
        match self {
            Self::File(file) => file.nodes().await,
        }
    }

    async fn forget(&self, node: &NodeName) -> Result<(), KeystoreError> {
        match self {
            Self::File(file) => file.forget(node).await,
        }
    }
}
