//! The bytes that a keystore gave, and their version.

use core::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Loaded bytes, which are wiped when dropped, and their version.
#[derive(Clone)]
pub struct Loaded {
    bytes: Zeroizing<Vec<u8>>,
    version: Version,
}

impl Loaded {
    /// Bytes that a keystore read.
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { version: Version::of(&bytes), bytes }
    }

    /// Other bytes under the same version, for a keystore that is built on another.
    #[must_use]
    pub fn map(self, bytes: Zeroizing<Vec<u8>>) -> Self {
        Self { bytes, ..self }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Their version.
    pub const fn version(&self) -> Version {
        self.version
    }
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded").field("version", &self.version).finish_non_exhaustive()
    }
}

/// Names the bytes that a keystore holds: their SHA-256.
///
/// It is used in place of the generation, which a keystore could not read from encrypted bytes. It also tells apart two rings of
/// one generation.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Version(pub(crate) [u8; 32]);

impl Version {
    /// The version of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Version {
    /// 64 lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({:.8}..)", self.to_string())
    }
}
