//! Encryption with age.

mod file;
mod parties;

pub(super) use self::file::{count, open, seal};
pub(super) use self::parties::{Recipient, identities, name, name_of, new_identity, recipients};
pub(super) use ::age::x25519::Identity;
