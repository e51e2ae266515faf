//! Encoding of messages for the next page.

use super::Plaintext;
use super::claims::{Reader, write_varint};
use crate::Refusal;

/// The level of a message.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Level {
    /// For the record.
    #[default]
    Info,
    /// Something was done.
    Success,
    /// Something was done, but look.
    Warning,
    /// Something was not done.
    Error,
}

impl Level {
    /// In the order of the numbers.
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
    /// Appends the plaintext of a flash token: `( level u8 ‖ len varint ‖ UTF-8 )*`.
    pub fn write_all(messages: &[Self], plain: &mut Plaintext) {
        for message in messages {
            plain.push(message.level.number());
            write_varint(message.text.len() as u64, plain);
            plain.extend(message.text.as_bytes());
        }
    }

    /// Reads the bytes of [`write_all`](Self::write_all), to the last one.
    ///
    /// # Errors
    /// [`Refusal::BadClaims`].
    pub fn read_all(plain: &[u8]) -> Result<Vec<Self>, Refusal> {
        let mut reader = Reader(plain);
        let mut messages = Vec::new();
        while !reader.is_empty() {
            let level = *Level::ALL.get(usize::from(reader.byte()?)).ok_or(Refusal::BadClaims)?;
            messages.push(Self { level, text: reader.text(plain.len())?.into() });
        }
        Ok(messages)
    }
}
