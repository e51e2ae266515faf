//! The error of a server that does not start, or that failed.

use std::error::Error;
use std::fmt;

/// A message for the operator, perhaps with a hint at what to do.
#[derive(Debug)]
pub struct ServerError {
    kind: ServerErrorKind,
    message: String,
    hint: Option<String>,
}

/// The side at fault.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum ServerErrorKind {
    /// The settings, or the files that they name, are wrong.
    Usage,
    /// The system failed, or did not permit something.
    Io,
}

impl ServerError {
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { kind: ServerErrorKind::Usage, message: message.into(), hint: None }
    }

    pub(crate) fn io(message: impl Into<String>) -> Self {
        Self { kind: ServerErrorKind::Io, message: message.into(), hint: None }
    }

    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Returns the side at fault: the settings or the system.
    pub const fn kind(&self) -> ServerErrorKind {
        self.kind
    }

    /// Returns what to do, in a sentence.
    pub fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for ServerError {}
