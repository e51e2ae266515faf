//! Identities that open a ring, and recipients that it is sealed for: the text of their files.

use age::{EncryptError, Encryptor, tag, tagpq, x25519};

use crate::keystore::{KeystoreError, KeystoreErrorKind as Kind};

/// The crate's own kinds; plugins and SSH keys would run programs or bring further formats along.
pub(in crate::backends) type Recipient = Box<dyn age::Recipient + Send + Sync>;

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
    let recipients = lines(text).map(|(number, line)| {
        recipient(line).ok_or_else(|| bad(format!("line {number} is no recipient of age (age1…)")))
    });
    let recipients = recipients.collect::<Result<Vec<_>, _>>()?;
    if recipients.is_empty() {
        return Err(bad("there is no recipient of age (age1…) in it"));
    }
    if recipients.len() > MAX_RECIPIENTS {
        return Err(bad(format!("a ring has at most {MAX_RECIPIENTS} recipients")));
    }
    // Tried now, so that a ring that cannot be sealed is found before a verb has begun.
    match Encryptor::with_recipients(recipients.iter().map(as_crate)) {
        Ok(_) => Ok(recipients),
        Err(EncryptError::IncompatibleRecipients { .. }) => {
            Err(bad("post-quantum recipients (age1tagpq1…) cannot stand beside others"))
        }
        Err(_) => Err(bad("nothing can be encrypted for these recipients")),
    }
}

pub(super) fn as_crate(recipient: &Recipient) -> &dyn age::Recipient {
    recipient.as_ref()
}

fn recipient(line: &str) -> Option<Recipient> {
    if let Ok(recipient) = line.parse::<x25519::Recipient>() {
        let safe = !LOW_ORDER.contains(&recipient.to_string().as_str());
        return safe.then(|| Box::new(recipient) as Recipient);
    }
    let tag = line.parse::<tag::Recipient>().map(|recipient| Box::new(recipient) as Recipient);
    let either = tag.or_else(|_| line.parse::<tagpq::Recipient>().map(|recipient| Box::new(recipient) as _));
    either.ok()
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
    "`age-keygen -o identity.txt` makes an identity, `age-keygen -y identity.txt` says its recipient";

/// Points of small order and their other spellings (RFC 7748 §6.1): no secret comes of them, and the crate panics.
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
