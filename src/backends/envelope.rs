//! Encrypting a ring for recipients, and opening it with identities.

use core::fmt;

use zeroize::Zeroizing;

#[cfg(feature = "age")]
use super::age;
#[cfg(not(feature = "age"))]
use super::no_age as age;
use crate::keyring::Keyring;
use crate::keystore::{KeystoreError, KeystoreErrorKind as Kind};

/// Keeps a ring as one age file (age-encryption.org/v1, armored), in whichever keystore it is [`around`](Self::around).
///
/// The plaintext is exactly the ring's bytes: `age -d -i identity.txt` gives the ring, and `age -a -R recipients.txt`
/// makes one. Any one of the identities reads it; an identity that is kept elsewhere, for the day when the
/// others are lost, is one more recipient. The file does not name its recipients, so every change names them all again.
///
/// Guaranteed: a file that was changed or cut off is an error and never a ring; compare-and-set is over the bytes as
/// they are kept. Not guaranteed: that nobody else than the operator made the file, since recipients are public; and
/// wiping is as good as the crate's, which leaves what it encrypts in its buffer. It takes its randomness from the
/// operating system itself, and only when it encrypts.
///
/// A build without the feature `age` takes no identities and no recipients, and opens no ring that is encrypted.
#[derive(Default)]
pub struct Envelope {
    identities: Vec<age::Identity>,
    recipients: Vec<age::Recipient>,
    allow_plaintext: bool,
}

impl Envelope {
    /// Opens nothing until it has identities, and seals nothing until it has recipients.
    pub const fn new() -> Self {
        Self { identities: Vec::new(), recipients: Vec::new(), allow_plaintext: false }
    }

    /// Opens with these: the text of an identity file, `AGE-SECRET-KEY-1…` one a line, and comments.
    ///
    /// # Errors
    /// [`Kind::Sealed`]: a line that is no identity, or no identity at all. Passphrases, plugins and SSH keys are none.
    pub fn identities(self, text: &str) -> Result<Self, KeystoreError> {
        Ok(Self { identities: age::identities(text)?, ..self })
    }

    /// Seals for these, at most 32: `age1…` one a line, and comments, as `age -R` reads them.
    ///
    /// # Errors
    /// [`Kind::Sealed`]: a line that is no recipient, no recipient at all, too many, or some that do not combine.
    pub fn recipients(self, text: &str) -> Result<Self, KeystoreError> {
        Ok(Self { recipients: age::recipients(text)?, ..self })
    }

    /// Opens rings that are not encrypted too, and leaves them so where there are no recipients.
    #[must_use]
    pub fn allow_plaintext(self, allow: bool) -> Self {
        Self { allow_plaintext: allow, ..self }
    }

    /// The number of recipients it seals for.
    pub const fn recipient_count(&self) -> usize {
        self.recipients.len()
    }

    /// The number of recipients that these stored bytes are sealed for, by their header, which anybody can
    /// write; 0 if it cannot be read. `None` if they are not encrypted.
    pub fn recipients_of(stored: &[u8]) -> Option<usize> {
        is_sealed(stored).then(|| age::count(stored).unwrap_or(0))
    }

    /// Opens stored bytes and returns the ring's.
    ///
    /// # Errors
    /// [`Kind::Sealed`]: no identity opens them, they are damaged, or they are not encrypted and that is not allowed.
    pub fn open(&self, stored: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        if is_sealed(stored) {
            return age::open(stored, &self.identities);
        }
        if self.allow_plaintext {
            return Ok(stored.to_vec().into());
        }
        Err(KeystoreError::new(Kind::Sealed, "the ring is not encrypted").with_hint(IN_CLEAR))
    }

    /// Seals the ring's bytes for storing.
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
            (recipients, _) => age::seal(ring, recipients)?,
        };
        // A ring too large to be read is not written.
        if stored.len() > Keyring::MAX_FILE {
            let message = format!("a key ring has at most {} bytes as it is kept", Keyring::MAX_FILE);
            return Err(KeystoreError::new(Kind::TooLarge, message));
        }
        Ok(stored.into())
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("identities", &self.identities.len())
            .field("recipients", &self.recipients.len())
            .field("allow_plaintext", &self.allow_plaintext)
            .finish()
    }
}

/// True for an age file, armored or not.
fn is_sealed(stored: &[u8]) -> bool {
    stored.starts_with(ARMOR) || stored.starts_with(MAGIC)
}

const IN_CLEAR: &str = "if you put it there so: `gingersnap keys rewrap` encrypts it for recipients, and --plaintext takes it as \
it is; if not, somebody else may have: move it away and `gingersnap keys restore` a backup";
const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const MAGIC: &[u8] = b"age-encryption.org/";
