//! Errors of the command line, and its exit status.

use std::fmt::{self, Display};
use std::io::{self, Write};
use std::process::ExitCode;

use gingersnap::Refusal;
use gingersnap::keyring::{KeyringError, KeyringErrorKind};
use gingersnap::keystore::{KeystoreError, KeystoreErrorKind};
use gingersnap::store::{StoreError, StoreErrorKind};
use gingersnap::token::SealError;
use gingersnap_server::{ServerError, ServerErrorKind};

use crate::shown::{is_obeyed, is_shown};

/// A message for the operator; `hint` says what to do.
#[derive(Debug)]
pub(crate) struct Error {
    status: Status,
    message: String,
    hint: Option<String>,
}

/// The exit status.
#[derive(Clone, Copy, Debug)]
enum Status {
    /// The command was understood, and refused.
    Refused = 1,
    /// The command or a file that it works on is wrong.
    Usage = 2,
    /// The system failed.
    Io = 3,
    /// Somebody pressed Ctrl-C.
    Interrupted = INTERRUPTED as isize,
}

/// The exit status of a command that SIGINT ended, as shells have it.
pub(crate) const INTERRUPTED: u8 = 130;

impl Error {
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Self { status: Status::Refused, message: message.into(), hint: None }
    }

    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self { status: Status::Usage, message: message.into(), hint: None }
    }

    pub(crate) fn io(message: impl Into<String>) -> Self {
        Self { status: Status::Io, message: message.into(), hint: None }
    }

    /// The error of standard input.
    pub(crate) fn unread(error: &io::Error) -> Self {
        Self::io(format!("cannot read the input: {error}"))
    }

    pub(crate) fn interrupted(message: impl Into<String>) -> Self {
        Self { status: Status::Interrupted, message: message.into(), hint: None }
    }

    pub(crate) fn with_hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// Returns the error of a command that could not write its result: it must still tell that the ring was changed.
    pub(crate) fn after_change(self) -> Self {
        self.though_closed().with_hint("the ring was changed: `gingersnap keys list` shows it")
    }

    /// Returns the error of a command that could not write its announcement.
    pub(crate) fn before_change(self) -> Self {
        match self.status {
            Status::Io => self.though_closed().with_hint("nothing was changed"),
            Status::Refused | Status::Usage | Status::Interrupted => self,
        }
    }

    /// Names a closed standard output, which is otherwise no error to report.
    fn though_closed(self) -> Self {
        let closed = self.message.is_empty();
        Self { message: if closed { "standard output is closed".into() } else { self.message }, ..self }
    }

    /// Names the place of a ring that was not read.
    pub(crate) fn in_ring(place: &impl Display, error: &KeyringError) -> Self {
        let named = Self { status: Status::Usage, ..Self::from_keyring(error) }.about(place);
        if error.kind() == KeyringErrorKind::NotAKeyring {
            return named.with_hint("--keys names the ring's file");
        }
        named
    }

    /// Names the ring, identity or recipients that could not be used; other errors of a keystore name their place.
    pub(crate) fn in_place(place: &impl Display, error: KeystoreError) -> Self {
        let unnamed = matches!(error.kind(), KeystoreErrorKind::Sealed | KeystoreErrorKind::TooLarge);
        let error = Self::from(error);
        if !unnamed || error.message.starts_with("refused ") {
            return error;
        }
        error.about(place)
    }

    /// Names what it is about.
    pub(crate) fn about(self, what: &impl Display) -> Self {
        Self { message: format!("{what}: {}", self.message), ..self }
    }

    fn from_keyring(error: &KeyringError) -> Self {
        let status = match error.kind() {
            KeyringErrorKind::BadArgument => Status::Usage,
            KeyringErrorKind::Entropy => Status::Io,
            _ => Status::Refused,
        };
        Self { status, message: error.to_string(), hint: error.hint().map(Into::into) }
    }

    /// Writes the message and the hint.
    pub(crate) fn report(&self, out: &mut impl Write) -> ExitCode {
        // If this fails, there is nobody to tell.
        drop(self.write(out));
        ExitCode::from(self.status as u8)
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        // A reader that closed our standard output (`… | head`) has read enough.
        if self.message.is_empty() {
            return Ok(());
        }
        // They quote servers and strangers' file names: no character that a terminal obeys may reach it.
        writeln!(out, "gingersnap: error: {}", self.message.replace(|it| !is_shown(it), "?"))?;
        match &self.hint {
            // Some have several lines.
            Some(hint) => writeln!(out, "gingersnap: hint: {}", hint.replace(is_obeyed, "?")),
            None => Ok(()),
        }
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<KeyringError> for Error {
    fn from(error: KeyringError) -> Self {
        Self::from_keyring(&error)
    }
}

impl From<KeystoreError> for Error {
    fn from(error: KeystoreError) -> Self {
        use KeystoreErrorKind as Kind;
        let (status, hint) = match error.kind() {
            Kind::NotFound => {
                (Status::Usage, Some("--keys names its file; `gingersnap keys init` makes a ring"))
            }
            Kind::TooOpen | Kind::WrongOwner | Kind::NotAFile | Kind::TooLarge => (Status::Usage, None),
            Kind::AlreadyExists => {
                (Status::Refused, Some("a ring is never replaced: `gingersnap keys rotate` changes its keys"))
            }
            Kind::Conflict => (Status::Refused, None),
            Kind::BadUrl | Kind::Sealed | Kind::BadNode | Kind::Unsupported => (Status::Usage, None),
            _ => (Status::Io, None),
        };
        // The library names functions to programs: they are nothing to type here.
        let advised = error.hint().filter(|hint| !hint.contains("::"));
        Self { status, message: error.to_string(), hint: advised.or(hint).map(Into::into) }
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        use StoreErrorKind as Kind;
        let status = match error.kind() {
            Kind::BadUrl | Kind::Unsupported | Kind::NoTables => Status::Usage,
            Kind::WrongSchema => Status::Refused,
            _ => Status::Io,
        };
        Self { status, message: error.to_string(), hint: error.hint().map(Into::into) }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::refused(format!("refused: {}", refusal.name())).with_hint(refusal.to_string())
    }
}

impl From<SealError> for Error {
    fn from(error: SealError) -> Self {
        Self::refused(error.to_string())
    }
}

impl From<ServerError> for Error {
    fn from(error: ServerError) -> Self {
        let status = match error.kind() {
            ServerErrorKind::Usage => Status::Usage,
            _ => Status::Io,
        };
        Self { status, message: error.to_string(), hint: error.hint().map(Into::into) }
    }
}

/// The error of standard output: errors of everything else have a message that names it.
impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        let closed = error.kind() == io::ErrorKind::BrokenPipe;
        Self {
            status: Status::Io,
            message: if closed { String::new() } else { format!("cannot write the output: {error}") },
            hint: None,
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        io::Error::from(error).into()
    }
}
