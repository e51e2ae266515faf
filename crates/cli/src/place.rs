//! The place of the ring, which `--keys` names.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Command};
use gingersnap::keystore::{self, FileKeystore, Keystore, KeystoreError};

use crate::shown::line;

/// A file, with or without `file:` before it, or a shared keystore's URL.
#[derive(Clone)]
pub(crate) enum Location {
    File(PathBuf),
    Shared(Arc<dyn Keystore>),
}

impl Location {
    /// Returns the file, which only those read whom its mode lets; none if the ring is in no file.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(path) => Some(path),
            Self::Shared(_) => None,
        }
    }

    /// Returns the keystore there. Nothing is opened yet.
    pub(crate) fn keystore(&self, allow_group_read: bool) -> Arc<dyn Keystore> {
        match self {
            Self::File(path) => Arc::new(FileKeystore::new(path).allow_group_read(allow_group_read)),
            Self::Shared(keystore) => Arc::clone(keystore),
        }
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl From<Arc<dyn Keystore>> for Location {
    fn from(keystore: Arc<dyn Keystore>) -> Self {
        match keystore.file() {
            Some(path) => Self::File(path.to_owned()),
            None => Self::Shared(keystore),
        }
    }
}

/// Shows the place without a password, in one line, and no ring that was given in the place of one.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => f.write_str(&line(&KeystoreError::shown(path))),
            Self::Shared(keystore) => f.write_str(&line(keystore)),
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Location({self})")
    }
}

/// Reads `--keys`. clap's own parsers repeat the value in their errors, and with it a password.
#[derive(Clone, Debug)]
pub(crate) struct LocationParser;

impl TypedValueParser for LocationParser {
    type Value = Location;

    fn parse_ref(&self, command: &Command, _: Option<&Arg>, value: &OsStr) -> Result<Location, clap::Error> {
        // A value that is not UTF-8 is no URL.
        let Some(text) = value.to_str() else { return Ok(Location::File(value.into())) };
        keystore::open(text).map(Location::from).map_err(|error| {
            let hint = error.hint().map(|hint| format!("gingersnap: hint: {hint}\n")).unwrap_or_default();
            let message = format!("--keys: {error}\n{hint}");
            clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }
}

#[cfg(all(test, feature = "postgres"))]
mod tests {
    use super::*;

    #[test]
    fn a_location_shows_no_password() {
        let keystore = keystore::open("postgres://u:hunter2@db:5/shop#a").expect("a URL");
        let location = Location::from(keystore);
        assert_eq!(format!("{location:?}"), "Location(postgres://db:5/shop#a)");
        assert_eq!(location.file(), None);
    }
}
