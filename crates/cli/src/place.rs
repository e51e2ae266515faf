//! Where the ring is kept: what `--keys` names.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Command};
use gingersnap::keystore::{
    FileKeystore, Keystore, KeystoreError, KeystoreErrorKind, Loaded, Node, NodeName, PostgresKeystore,
    RedisKeystore, Version,
};

/// What `--keys` says: a file, with or without `file:` before it, or a database's URL.
#[derive(Clone)]
pub(crate) enum Location {
    File(PathBuf),
    Postgres(Arc<PostgresKeystore>),
    Redis(Arc<RedisKeystore>),
}

/// The keystore at a location.
pub(crate) enum Place {
    File(FileKeystore),
    Postgres(Arc<PostgresKeystore>),
    Redis(Arc<RedisKeystore>),
}

impl Location {
    /// Whether it is a file, which nobody reads whom its mode does not let.
    pub(crate) const fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// The keystore there. Nothing is opened yet.
    pub(crate) fn keystore(&self, allow_group_read: bool) -> Place {
        match self {
            Self::File(path) => Place::File(FileKeystore::new(path).allow_group_read(allow_group_read)),
            Self::Postgres(store) => Place::Postgres(Arc::clone(store)),
            Self::Redis(store) => Place::Redis(Arc::clone(store)),
        }
    }
}

impl From<&Path> for Location {
    fn from(path: &Path) -> Self {
        Self::File(path.to_owned())
    }
}

impl FromStr for Location {
    type Err = KeystoreError;

    /// The error shows nothing of the text, which may have a password.
    fn from_str(text: &str) -> Result<Self, KeystoreError> {
        let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
        match scheme {
            "postgres" | "postgresql" => Ok(Self::Postgres(PostgresKeystore::new(text)?.into())),
            "redis" | "rediss" => Ok(Self::Redis(RedisKeystore::new(text)?.into())),
            "file" if rest.starts_with("//") && !rest.starts_with("///") => {
                Err(bad("a file's URL names no host"))
            }
            "file" => file(rest),
            _ if rest.starts_with("//") && is_scheme(scheme) => {
                Err(bad(&format!("unknown scheme {scheme}://")))
            }
            _ => file(text),
        }
    }
}

/// A path is shown wherever it goes wrong, so a URL with quotes or spaces around it must not become one.
fn file(path: &str) -> Result<Location, KeystoreError> {
    if path.is_empty() {
        return Err(bad("it names no file"));
    }
    if path.contains("://") && !path.starts_with(['/', '.']) {
        return Err(bad(
            "it has :// in it and does not begin as a URL does; a path like that begins with ./",
        ));
    }
    Ok(Location::File(path.into()))
}

fn bad(message: &str) -> KeystoreError {
    KeystoreError::new(KeystoreErrorKind::BadUrl, message).with_hint(PLACES)
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// As it may be shown: without a password.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Postgres(store) => store.fmt(f),
            Self::Redis(store) => store.fmt(f),
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
        // What is not UTF-8 is no URL.
        let Some(text) = value.to_str() else { return Ok(Location::File(value.into())) };
        text.parse().map_err(|error: KeystoreError| {
            let hint = error.hint().map(|hint| format!("gingersnap: hint: {hint}\n")).unwrap_or_default();
            let message = format!("--keys: {error}\n{hint}");
            clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }
}

const PLACES: &str = "postgres://…, redis:// or rediss://…, or a file: PATH or file:PATH";

/// Does the same with whichever keystore there is.
macro_rules! each {
    ($place:expr, $store:ident => $work:expr) => {
        match $place {
            Place::File($store) => $work.await,
            Place::Postgres($store) => $work.await,
            Place::Redis($store) => $work.await,
        }
    };
}

impl Keystore for Place {
    async fn load(&self) -> Result<Loaded, KeystoreError> {
        each!(self, store => store.load())
    }

    async fn store(&self, bytes: &[u8], replaced: Version) -> Result<(), KeystoreError> {
        each!(self, store => store.store(bytes, replaced))
    }

    async fn create(&self, bytes: &[u8]) -> Result<(), KeystoreError> {
        each!(self, store => store.create(bytes))
    }

    async fn changed(&self) {
        each!(self, store => store.changed());
    }

    async fn register(&self, node: &Node) -> Result<(), KeystoreError> {
        each!(self, store => store.register(node))
    }

    async fn nodes(&self) -> Result<Vec<Node>, KeystoreError> {
        each!(self, store => store.nodes())
    }

    async fn forget(&self, node: &NodeName) -> Result<(), KeystoreError> {
        each!(self, store => store.forget(node))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn is(text: &str, shown: &str) {
        let location: Location = text.parse().expect("a location");
        assert_eq!(location.to_string(), shown, "{text}");
        assert!(!format!("{location:?}").contains("hunter2"));
    }

    #[test]
    fn a_location_is_a_file_or_a_database_and_shows_no_password() {
        is("keys.json", "keys.json");
        is("file:keys.json", "keys.json");
        is("file:///etc/keys.json", "///etc/keys.json");
        is("odd:name", "odd:name");
        is("./odd://name", "./odd://name");
        is("postgres://u:hunter2@db:5/shop#a", "postgres://db:5/shop#a");
        is("postgresql://u:hunter2@db:5/shop", "postgres://db:5/shop#default");
        is("redis://u:hunter2@cache#a", "redis://cache:6379/0#a");
        is("rediss://:hunter2@[::1]:7/3", "rediss://[::1]:7/3#default");
    }

    const NO_PATH: &str =
        "it has :// in it and does not begin as a URL does; a path like that begins with ./";
    const SLASH: &str = "a keystore's URL: what follows '/' has an '@' in it";

    #[test]
    fn what_is_neither_is_refused_and_not_shown() {
        for (text, message) in [
            ("mysql://u:hunter2@db/shop", "unknown scheme mysql://"),
            ("file://hunter2/keys.json", "a file's URL names no host"),
            ("redis:hunter2", "a keystore's URL: it begins with redis:// or rediss://"),
            ("", "it names no file"),
            ("file:", "it names no file"),
            ("\"postgres://u:hunter2@db/shop\"", NO_PATH),
            (" postgres://u:hunter2@db/shop", NO_PATH),
            ("file:postgres://u:hunter2@db/shop", NO_PATH),
            ("GINGERSNAP_KEYS=redis://u:hunter2@db", NO_PATH),
            ("postgres://u:123/hunter2@db/shop", SLASH),
            ("redis://u:123/hunter2@db/0", SLASH),
        ] {
            let error = text.parse::<Location>().expect_err(text);
            assert_eq!(error.to_string(), message);
        }
    }
}
