//! A ring in a file.

use std::path::{Path, PathBuf};

use super::write::Lock;
use super::{
    Keystore, KeystoreError, KeystoreErrorKind as Kind, Loaded, Node, NodeName, Version, access, nodes,
};

/// Keeps a ring in one file, readable by its owner alone.
///
/// A file with any bit set for the world is refused, and so is one of another owner than this process's
/// user or root. Writing takes the lock `<file>.lock`, writes `<file>.tmp`, flushes it, and renames it into
/// place: a crash leaves the old ring or the new one. It keeps owner, group and group-read as they were.
/// Nodes write what they hold into the folder `<file>.nodes`, where they may.
///
/// The methods block for as long as a small local file takes; those of [`Keystore`] do no more than these.
#[derive(Clone, Debug)]
pub struct FileKeystore {
    path: PathBuf,
    allow_group_read: bool,
}

impl FileKeystore {
    /// The ring in the file at `path`.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), allow_group_read: false }
    }

    /// Accepts a file that its group may read, as Kubernetes makes them with `fsGroup`.
    #[must_use]
    pub fn allow_group_read(self, allow: bool) -> Self {
        Self { allow_group_read: allow, ..self }
    }

    /// Where the ring is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's bytes. Takes no lock: a file is whole at all times.
    ///
    /// # Errors
    /// [`Kind::NotFound`], [`Kind::NotAFile`], [`Kind::TooOpen`], [`Kind::WrongOwner`], [`Kind::TooLarge`],
    /// and what the system reports.
    pub fn read(&self) -> Result<Loaded, KeystoreError> {
        access::read(&self.path, self.allow_group_read).map(|(bytes, _)| Loaded::new(bytes))
    }

    /// Makes the file; never replaces one.
    ///
    /// # Errors
    /// [`Kind::AlreadyExists`], and what the system reports.
    pub fn write_new(&self, bytes: &[u8]) -> Result<(), KeystoreError> {
        Lock::take(&self.path)?.create(bytes)
    }

    /// Replaces the bytes of version `replaced`.
    ///
    /// # Errors
    /// [`Kind::Conflict`], those of [`read`](Self::read), and what the system reports.
    pub fn write(&self, bytes: &[u8], replaced: Version) -> Result<(), KeystoreError> {
        // Read once before the lock is made: a wrong path leaves no lock file behind.
        self.read()?;
        let lock = Lock::take(&self.path)?;
        let (old, metadata) = access::read(&self.path, self.allow_group_read)?;
        if Version::of(&old) != replaced {
            return Err(access::refused(
                Kind::Conflict,
                &self.path,
                "the ring was changed since it was loaded",
            ));
        }
        lock.replace(bytes, &metadata)
    }
}

impl Keystore for FileKeystore {
    async fn load(&self) -> Result<Loaded, KeystoreError> {
        self.read()
    }

    async fn store(&self, bytes: &[u8], replaced: Version) -> Result<(), KeystoreError> {
        self.write(bytes, replaced)
    }

    async fn create(&self, bytes: &[u8]) -> Result<(), KeystoreError> {
        self.write_new(bytes)
    }

    async fn register(&self, node: &Node) -> Result<(), KeystoreError> {
        nodes::register(&self.path, node)
    }

    async fn nodes(&self) -> Result<Vec<Node>, KeystoreError> {
        nodes::all(&self.path)
    }

    async fn forget(&self, node: &NodeName) -> Result<(), KeystoreError> {
        nodes::forget(&self.path, node)
    }
}
