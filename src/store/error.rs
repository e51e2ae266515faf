//! Errors of stores.

use core::fmt;
use std::borrow::Cow;

/// A store that cannot be used, or did not answer. The text names the store without a password, and never contains a record's
/// bytes.
#[derive(Clone, Eq, PartialEq)]
pub struct StoreError(Box<Told>);

/// In a box, because results that may hold an error are moved with each step of a request.
#[derive(Clone, Eq, PartialEq)]
struct Told {
    kind: StoreErrorKind,
    message: String,
    hint: Option<Cow<'static, str>>,
}

/// The kind of a [`StoreError`].
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum StoreErrorKind {
    /// No answer, or none in time. A write may have been done nevertheless.
    Unreachable,
    /// There is no table for records: `gingersnap store init` makes them.
    NoTables,
    /// The tables are of another version of this program.
    WrongSchema,
    /// The store refuses the user, or the user may not do this.
    PermissionDenied,
    /// The store takes no changes: a standby, or a read-only file system.
    ReadOnly,
    /// The store has no room.
    Full,
    /// The store's URL has a mistake.
    BadUrl,
    /// This build has no such store.
    Unsupported,
    /// Anything else that the store or the operating system reported.
    Io,
}

impl StoreErrorKind {
    /// Every kind there is.
    pub const ALL: [Self; 9] = [
        Self::Unreachable,
        Self::NoTables,
        Self::WrongSchema,
        Self::PermissionDenied,
        Self::ReadOnly,
        Self::Full,
        Self::BadUrl,
        Self::Unsupported,
        Self::Io,
    ];

    /// The kind's name in events and metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::NoTables => "no_tables",
            Self::WrongSchema => "wrong_schema",
            Self::PermissionDenied => "permission_denied",
            Self::ReadOnly => "read_only",
            Self::Full => "full",
            Self::BadUrl => "bad_url",
            Self::Unsupported => "unsupported",
            Self::Io => "io",
        }
    }
}

impl StoreError {
    /// An error with its text, for stores of your own.
    pub fn new(kind: StoreErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Told { kind, message: message.into(), hint: None }))
    }

    /// The same error with a hint: what to do about it.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<Cow<'static, str>>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }

    /// The kind of the error.
    pub fn kind(&self) -> StoreErrorKind {
        self.0.kind
    }

    /// The remedy, if one is known.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }
}

impl fmt::Debug for StoreError {
    /// Shows the hint too, because `unwrap` prints this.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        self.0.hint.iter().try_for_each(|hint| write!(f, "\nhint: {hint}"))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl core::error::Error for StoreError {}
