//! A ring that is encrypted where it is kept.

mod file;
mod parties;

use core::fmt;

use zeroize::Zeroizing;

use crate::keyring::Keyring;
use crate::keystore::{Keystore, KeystoreError, KeystoreErrorKind as Kind, Loaded, Node, NodeName, Version};
use parties::Recipient;

/// Keeps a ring as one age file (age-encryption.org/v1, armored) in another keystore.
///
/// What is encrypted is exactly the ring's bytes: `age -d -i identity.txt` gives the ring, and `age -a -R recipients.txt`
/// makes one. Whoever has one of the identities reads it; an identity that is kept elsewhere, for the day when the
/// others are lost, is one more recipient. The file does not say for whom it is, so every change names them all again.
///
/// Guaranteed: a file that was changed or cut off is an error and never a ring; compare-and-set is over the bytes as
/// they are kept. Not guaranteed: that nobody else than the operator made the file, since recipients are public; and
/// wiping is as good as the crate's, which leaves what it encrypts in its buffer. It takes its randomness from the
/// operating system itself, and only when it encrypts.
pub struct SealedKeystore<K> {
    inner: K,
    identities: Vec<age::x25519::Identity>,
    recipients: Vec<Recipient>,
    allow_plaintext: bool,
}

impl<K> SealedKeystore<K> {
    /// Rings in `inner`. Without identities it reads none, and without recipients it writes none.
    pub const fn new(inner: K) -> Self {
        Self { inner, identities: Vec::new(), recipients: Vec::new(), allow_plaintext: false }
    }

    /// Opens with these: the text of an identity file, `AGE-SECRET-KEY-1…` one a line, and comments.
    ///
    /// # Errors
    /// [`Kind::Sealed`]: a line that is none, or no line that is one. Passphrases, plugins and SSH keys are none.
    pub fn identities(self, text: &str) -> Result<Self, KeystoreError> {
        Ok(Self { identities: parties::identities(text)?, ..self })
    }

    /// Seals for these, at most 32: `age1…` one a line, and comments, as `age -R` reads them.
    ///
    /// # Errors
    /// [`Kind::Sealed`]: a line that is none, no line that is one, too many, or some that cannot stand together.
    pub fn recipients(self, text: &str) -> Result<Self, KeystoreError> {
        Ok(Self { recipients: parties::recipients(text)?, ..self })
    }

    /// Reads rings that are not encrypted too, and writes them so where there are no recipients.
    #[must_use]
    pub fn allow_plaintext(self, allow: bool) -> Self {
        Self { allow_plaintext: allow, ..self }
    }

    /// For how many recipients these bytes, as they are kept, are sealed: what their header says, which anybody can
    /// write; 0 if it cannot be read. `None` if they are not encrypted.
    pub fn sealed_for(stored: &[u8]) -> Option<usize> {
        file::is_one(stored).then(|| file::recipients(stored).unwrap_or(0))
    }

    /// The ring's bytes, of the bytes as they are kept.
    ///
    /// # Errors
    /// [`Kind::Sealed`]: no identity opens them, they are damaged, or they are not encrypted and that is not allowed.
    pub fn open(&self, stored: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        if file::is_one(stored) {
            return file::open(stored, &self.identities);
        }
        if self.allow_plaintext {
            return Ok(stored.to_vec().into());
        }
        Err(KeystoreError::new(Kind::Sealed, "the ring is not encrypted")
            .with_hint("`gingersnap keys rewrap` encrypts it for recipients; --plaintext takes it as it is"))
    }

    /// The bytes to keep, of the ring's.
    ///
    /// # Errors
    /// [`Kind::Sealed`] if there are no recipients and plaintext is not allowed; [`Kind::TooLarge`].
    pub fn seal(&self, ring: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        let stored = match (self.recipients.as_slice(), self.allow_plaintext) {
            ([], true) => ring.to_vec(),
            ([], false) => {
                let message = "there are no recipients to encrypt the ring for";
                return Err(KeystoreError::new(Kind::Sealed, message)
                    .with_hint("--recipients names the file with them, age1… one a line"));
            }
            (recipients, _) => file::seal(ring, recipients)?,
        };
        // What could not be read again is not written.
        if stored.len() > Keyring::MAX_FILE {
            let message = format!("a key ring has at most {} bytes as it is kept", Keyring::MAX_FILE);
            return Err(KeystoreError::new(Kind::TooLarge, message));
        }
        Ok(stored.into())
    }
}

impl<K: Keystore> Keystore for SealedKeystore<K> {
    async fn load(&self) -> Result<Loaded, KeystoreError> {
        let loaded = self.inner.load().await?;
        let ring = self.open(loaded.bytes())?;
        Ok(loaded.map(ring))
    }

    async fn store(&self, bytes: &[u8], replaced: Version) -> Result<(), KeystoreError> {
        self.inner.store(&self.seal(bytes)?, replaced).await
    }

    async fn create(&self, bytes: &[u8]) -> Result<(), KeystoreError> {
        self.inner.create(&self.seal(bytes)?).await
    }

    async fn changed(&self) {
        self.inner.changed().await;
    }

    async fn register(&self, node: &Node) -> Result<(), KeystoreError> {
        self.inner.register(node).await
    }

    async fn nodes(&self) -> Result<Vec<Node>, KeystoreError> {
        self.inner.nodes().await
    }

    async fn forget(&self, node: &NodeName) -> Result<(), KeystoreError> {
        self.inner.forget(node).await
    }
}

impl<K> fmt::Debug for SealedKeystore<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedKeystore")
            .field("identities", &self.identities.len())
            .field("recipients", &self.recipients.len())
            .field("allow_plaintext", &self.allow_plaintext)
            .finish_non_exhaustive()
    }
}
