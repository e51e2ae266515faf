//! Identities that open a ring, and recipients that it is sealed for: the text of their files.

use core::fmt;

use age::secrecy::ExposeSecret as _;
use age::{EncryptError, Encryptor, tag, tagpq, x25519};
use zeroize::Zeroizing;

use crate::keystore::{KeystoreError, KeystoreErrorKind as Kind};

/// A recipient of one of the crate's own kinds; plugins and SSH keys would run programs or bring further formats along.
pub(in crate::backends) struct Recipient {
    name: String,
    inner: Box<dyn age::Recipient + Send + Sync>,
}

impl Recipient {
    fn new(recipient: impl age::Recipient + fmt::Display + Send + Sync + 'static) -> Self {
        Self { name: recipient.to_string(), inner: Box::new(recipient) }
    }
}

/// The recipient's one spelling.
pub(in crate::backends) fn name(recipient: &Recipient) -> &str {
    &recipient.name
}

/// The recipient of an identity, as [`name`] spells it.
pub(in crate::backends) fn name_of(identity: &x25519::Identity) -> String {
    identity.to_public().to_string()
}

/// The text of a new identity's file, with its recipient in a comment, as `age-keygen` writes it.
pub(in crate::backends) fn new_identity() -> Result<Zeroizing<String>, KeystoreError> {
    let identity = x25519::Identity::generate();
    let (secret, public) = (identity.to_string(), identity.to_public().to_string());
    let secret = secret.expose_secret();
    let mut text = Zeroizing::new(String::with_capacity(secret.len() + public.len() + 64));
    for part in ["# public key: ", &public, "\n", secret, "\n"] {
        text.push_str(part);
    }
    Ok(text)
}

pub(in crate::backends) fn identities(text: &str) -> Result<Vec<x25519::Identity>, KeystoreError> {
    let identities = lines(text).map(|(number, line)| {
        // The line is not shown: it may be a secret with one character wrong.
        line.parse().map_err(|_| bad(format!("line {number} is no identity of age (AGE-SECRET-KEY-1…)")))
    });
    let identities = identities.collect::<Result<Vec<_>, _>>()?;
    if identities.is_empty() {
        return Err(bad("there is no identity of age (AGE-SECRET-KEY-1…) in it"));
    }
    Ok(identities)
}

pub(in crate::backends) fn recipients(text: &str) -> Result<Vec<Recipient>, KeystoreError> {
    let mut recipients: Vec<Recipient> = Vec::new();
    for (number, line) in lines(text) {
        let recipient =
            recipient(line).ok_or_else(|| bad(format!("line {number} is no recipient of age (age1…)")))?;
        if recipients.iter().any(|known| known.name == recipient.name) {
            let message = format!("line {number} names a recipient that was named before");
            return Err(KeystoreError::new(Kind::Sealed, message).with_hint(ONCE));
        }
        recipients.push(recipient);
    }
    if recipients.is_empty() {
        return Err(bad("there is no recipient of age (age1…) in it"));
    }
    if recipients.len() > MAX_RECIPIENTS {
        return Err(bad(format!("a ring has at most {MAX_RECIPIENTS} recipients")));
    }
    // Tried now, so that a ring that cannot be sealed is found before a verb begins.
    match Encryptor::with_recipients(recipients.iter().map(as_crate)) {
        Ok(_) => Ok(recipients),
        Err(EncryptError::IncompatibleRecipients { .. }) => {
            Err(bad("post-quantum recipients (age1tagpq1…) cannot stand beside others"))
        }
        Err(_) => Err(bad("nothing can be encrypted for these recipients")),
    }
}

pub(super) fn as_crate(recipient: &Recipient) -> &dyn age::Recipient {
    recipient.inner.as_ref()
}

fn recipient(line: &str) -> Option<Recipient> {
    if let Ok(recipient) = line.parse::<x25519::Recipient>() {
        let recipient = Recipient::new(recipient);
        let is_of_somebody = !LOW_ORDER.contains(&recipient.name.as_str()) && !has_top_bit(&recipient.name);
        return is_of_somebody.then_some(recipient);
    }
    let tag = line.parse::<tag::Recipient>().map(Recipient::new);
    tag.or_else(|_| line.parse::<tagpq::Recipient>().map(Recipient::new)).ok()
}

/// True for a point with its unused bit set: no identity gives such a recipient, so no identity opens a file sealed for it.
fn has_top_bit(name: &str) -> bool {
    name.as_bytes().get(TOP_BIT_AT).is_some_and(|digit| TOP_BIT.contains(digit))
}

/// Lines with content, and their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let numbered = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn bad(message: impl Into<String>) -> KeystoreError {
    KeystoreError::new(Kind::Sealed, message).with_hint(MAKE)
}

const MAX_RECIPIENTS: usize = 32;
const MAKE: &str =
    "`gingersnap keys identity FILE` makes an identity and says its recipient, as `age-keygen` does";
const ONCE: &str = "name each once: a second time may be where another should be";

/// The digit of a name, after `age1`, that has the point's bit 255, and the values in which that bit is set (Bech32, 5 bits
/// each).
const TOP_BIT_AT: usize = 4 + 248 / 5;
const TOP_BIT: &[u8] = b"zrx82tw0jnkh6m7l";

/// Points of small order and their other spellings (RFC 7748 §6.1): they give no secret, and the crate panics.
const LOW_ORDER: [&str; 14] = [
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5cu47z",
    "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqsuwj9m",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqj7vrya",
    "age1qyqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqzqqk67yly",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhqqqzyt4v9",
    "age1ur4h5lpmgxu2u9jku0a0r87ydtdqnr0tnsetrlvxvgz3vh6fhzqqxqejhu",
    "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz9ts6wm9s8",
    "age1t7wft09r2zxzfvwsk92eeql0tvzyghxytqwgapkcyf8dm5ylz8ts72fzt7",
    "age1anlllllllllllllllllllllllllllllllllllllllllllllllals4n2t7m",
    "age1anllllllllllllllllllllllllllllllllllllllllllllllllls3hcv9z",
    "age1ahlllllllllllllllllllllllllllllllllllllllllllllllalsn46ayy",
    "age1ahlllllllllllllllllllllllllllllllllllllllllllllllllsh3g6la",
    "age1amlllllllllllllllllllllllllllllllllllllllllllllllalselrwrv",
    "age1amlllllllllllllllllllllllllllllllllllllllllllllllllsam3fc4",
];
