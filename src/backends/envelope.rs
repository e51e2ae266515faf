//! Encrypting a ring for recipients, and opening it with identities.

use core::fmt;

use zeroize::Zeroizing;

#[cfg(feature = "age")]
use super::age;
#[cfg(not(feature = "age"))]
use super::no_age as age;
use crate::keyring::Keyring;
use crate::keystore::{KeystoreError, KeystoreErrorKind as Kind, Version};

/// Keeps a ring as one age file (age-encryption.org/v1, armored), in the keystore that it is [`around`](Self::around).
///
/// The plaintext is a line and then exactly the ring's bytes: `age -d -i identity.txt` gives both. The line holds a digest of the
/// recipients, since an age file does not say for whom it is: `gingersnap-recipients/1` and 64 hexadecimal digits of the SHA-256
/// of their names, sorted, with a line feed after each. Any one of the identities reads the ring. An identity that is kept
/// elsewhere, for the day when the others are lost, is one more recipient. Every change names all recipients again.
///
/// Guaranteed: a file that was changed or cut off is an error and never a ring; compare-and-set is over the bytes as they are
/// kept; if it has identities, one of them opens what it writes. Not guaranteed: that only the operator can have made the file,
/// since recipients are public; and wiping is only as good as the crate's, which leaves plaintext in its buffer. It takes its
/// randomness from the operating system itself, and only when it encrypts.
///
/// A build without the feature `age` takes no identities and no recipients, and opens no ring that is encrypted.
#[derive(Default)]
pub struct Envelope {
    identities: Vec<age::Identity>,
    recipients: Vec<age::Recipient>,
    allow_plaintext: bool,
}

impl Envelope {
    /// An envelope that opens nothing until it has identities, and seals nothing until it has recipients.
    pub const fn new() -> Self {
        Self { identities: Vec::new(), recipients: Vec::new(), allow_plaintext: false }
    }

    /// Sets the identities that open rings: the text of an identity file, one `AGE-SECRET-KEY-1…` a line, and comments.
    ///
    /// # Errors
    /// [`Kind::Sealed`]: a line that is not an identity, or no identity at all. Passphrases, plugins and SSH keys do not count.
    pub fn identities(self, text: &str) -> Result<Self, KeystoreError> {
        Ok(Self { identities: age::identities(text)?, ..self })
    }

    /// Sets the recipients to seal for, at most 32: one `age1…` a line, and comments, as `age -R` reads them.
    ///
    /// # Errors
    /// [`Kind::Sealed`]: a line that is not a recipient or repeats one, no recipient at all, too many, or recipients that cannot
    /// be combined.
    pub fn recipients(self, text: &str) -> Result<Self, KeystoreError> {
        Ok(Self { recipients: age::recipients(text)?, ..self })
    }

    /// Also opens rings that are not encrypted, and leaves them so if there are no recipients.
    #[must_use]
    pub fn allow_plaintext(self, allow: bool) -> Self {
        Self { allow_plaintext: allow, ..self }
    }

    /// The names of the recipients that it seals for, each in its one spelling, sorted: two lists are equal if the recipients
    /// are.
    pub fn recipient_names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.recipients.iter().map(age::name).collect();
        names.sort_unstable();
        names
    }

    /// The names of the recipients that belong to its identities.
    pub fn own_names(&self) -> Vec<String> {
        self.identities.iter().map(age::name_of).collect()
    }

    /// The text of a new identity's file, for [`identities`](Self::identities).
    ///
    /// # Errors
    /// [`Kind::Unsupported`] in a build without the feature `age`.
    pub fn new_identity() -> Result<Zeroizing<String>, KeystoreError> {
        age::new_identity()
    }

    /// True if stored bytes, which an identity must open, were sealed for exactly the recipients that it seals for.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    pub fn seals_alike(&self, stored: &[u8]) -> Result<bool, KeystoreError> {
        let plain = age::open(stored, &self.identities)?;
        Ok(plain.starts_with(self.address().as_bytes()))
    }

    /// The number of recipients that these stored bytes are sealed for, by their header, which anybody can write. It is 0 if the
    /// header cannot be read, and `None` if the bytes are not encrypted.
    pub fn recipients_of(stored: &[u8]) -> Option<usize> {
        is_sealed(stored).then(|| age::count(stored).unwrap_or(0))
    }

    /// Opens stored bytes and returns the ring's.
    ///
    /// # Errors
    /// [`Kind::Sealed`]: no identity opens them, they are damaged, they do not say for whom they are, or they are not encrypted
    /// and that is not allowed.
    pub fn open(&self, stored: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        if is_sealed(stored) {
            let mut plain = age::open(stored, &self.identities)?;
            // The rest of the buffer is wiped as well when it is dropped.
            let address = address_len(&plain).ok_or_else(for_nobody)?;
            plain.drain(..address);
            return Ok(plain);
        }
        if self.allow_plaintext {
            return Ok(stored.to_vec().into());
        }
        Err(KeystoreError::new(Kind::Sealed, "the ring is not encrypted").with_hint(IN_CLEAR))
    }

    /// Seals the ring's bytes for storing.
    ///
    /// # Errors
    /// [`Kind::Sealed`] if there are no recipients and plaintext is not allowed, or if there are identities and none of them
    /// could open the result; [`Kind::TooLarge`].
    pub fn seal(&self, ring: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        let stored = match (self.recipients.as_slice(), self.allow_plaintext) {
            ([], true) => ring.to_vec(),
            ([], false) => {
                let message = "there are no recipients to encrypt the ring for";
                return Err(KeystoreError::new(Kind::Sealed, message)
                    .with_hint("--recipients names the file with them, age1… one a line"));
            }
            (recipients, _) => {
                let address = self.address();
                let mut plain = Zeroizing::new(Vec::with_capacity(address.len() + ring.len()));
                plain.extend_from_slice(address.as_bytes());
                plain.extend_from_slice(ring);
                age::seal(&plain, recipients)?
            }
        };
        // A ring that is too large to be read is not written.
        if stored.len() > Keyring::MAX_FILE {
            let message = format!("a key ring has at most {} bytes as it is kept", Keyring::MAX_FILE);
            return Err(KeystoreError::new(Kind::TooLarge, message));
        }
        if is_sealed(&stored) && !self.identities.is_empty() && age::open(&stored, &self.identities).is_err()
        {
            let message =
                "no identity that is given opens what would be written: none of them is a recipient's";
            return Err(KeystoreError::new(Kind::Sealed, message).with_hint(LOCKED_OUT));
        }
        Ok(stored.into())
    }

    /// The line before the ring, with the digest of the recipients.
    fn address(&self) -> String {
        let names: String = self.recipient_names().iter().map(|name| format!("{name}\n")).collect();
        format!("{ADDRESS}{}\n", Version::of(names.as_bytes()))
    }
}

/// The length of the line before the ring.
fn address_len(plain: &[u8]) -> Option<usize> {
    let (digest, rest) = plain.strip_prefix(ADDRESS.as_bytes())?.split_at_checked(64)?;
    let is_digest = digest.iter().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    (is_digest && rest.starts_with(b"\n")).then_some(ADDRESS.len() + 65)
}

fn for_nobody() -> KeystoreError {
    KeystoreError::new(Kind::Sealed, "the ring is encrypted, and does not say inside for whom").with_hint(
        "something else than `gingersnap keys` wrote it; `age -d` and `gingersnap keys restore` put it right",
    )
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
const LOCKED_OUT: &str = "--recipients names the file with the recipients, and --identity that of the identities, as many as there are: \
one of them must be a recipient's, or nobody here could read the ring again";
const ADDRESS: &str = "gingersnap-recipients/1 ";
const ARMOR: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const MAGIC: &[u8] = b"age-encryption.org/";
