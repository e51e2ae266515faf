//! Encoding of messages for the next page.

use super::claims::{Reader, write_owner, write_varint};
use super::{PersonId, Plaintext};
use crate::Refusal;

/// The level of a message.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Level {
    /// Plain information.
    #[default]
    Info,
    /// Something was done.
    Success,
    /// Something was done, but needs attention.
    Warning,
    /// Something was not done.
    Error,
}

impl Level {
    /// All levels, in the order of their numbers.
    const ALL: [Self; 4] = [Self::Info, Self::Success, Self::Warning, Self::Error];

    const fn number(self) -> u8 {
        match self {
            Self::Info => 0,
            Self::Success => 1,
            Self::Warning => 2,
            Self::Error => 3,
        }
    }

    /// `info`, `success`, `warning` or `error`: fit for a CSS class.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A message that survives a redirect.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    /// The message's level.
    pub level: Level,
    /// The message's text; escape it like any other.
    pub text: String,
}

impl Message {
    /// Appends the message to the plaintext of a flash token, with its owner when it was pushed; `None` if nobody was signed in.
    pub fn write(&self, owner: Option<PersonId>, plain: &mut Plaintext) {
        write_owner(owner, plain);
        plain.push(self.level.number());
        write_varint(self.text.len() as u64, plain);
        plain.extend(self.text.as_bytes());
    }

    /// Reads all messages of a plaintext, to its last byte, each with its owner.
    ///
    /// # Errors
    /// [`Refusal::BadClaims`].
    pub fn read_all(plain: &[u8]) -> Result<Vec<(Option<PersonId>, Self)>, Refusal> {
        let mut reader = Reader(plain);
        let mut messages = Vec::new();
        while !reader.is_empty() {
            let owner = reader.owner()?;
            let level = *Level::ALL.get(usize::from(reader.byte()?)).ok_or(Refusal::BadClaims)?;
            messages.push((owner, Self { level, text: reader.text(plain.len())?.into() }));
        }
        Ok(messages)
    }
}
