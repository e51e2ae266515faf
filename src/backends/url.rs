//! The URL of a shared thing: the database that it is in, and its name there.

use core::fmt;

use crate::keystore::{KeystoreError, KeystoreErrorKind as Kind};

/// The place of something, shown without user and password, and its name there.
#[derive(Clone)]
pub(super) struct Address {
    shown: Box<str>,
    name: Box<str>,
}

impl Address {
    /// The address of `name` in the database `database`, such as `postgres://host:5432/shop`.
    pub(super) fn new(database: &str, name: &str) -> Self {
        let shown = KeystoreError::shown(format!("{database}#{name}"));
        Self { shown: shown.into(), name: name.into() }
    }

    /// The name, which may stand in a key.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The error when `action` (such as "read") failed.
    pub(super) fn cannot(&self, action: &str, kind: Kind, reason: &str) -> KeystoreError {
        KeystoreError::new(kind, format!("cannot {action} {self}: {reason}"))
    }

    pub(super) fn refused(&self, kind: Kind, reason: &str) -> KeystoreError {
        KeystoreError::new(kind, format!("refused {self}: {reason}"))
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// The URL without its fragment, and the fragment: the ring's name.
///
/// No message shows any of it: a malformed part may be half of a password.
pub(super) fn split(url: &str) -> Result<(&str, &str), KeystoreError> {
    let (url, ring) = url.split_once('#').unwrap_or((url, DEFAULT_RING));
    let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    if (1..=64).contains(&ring.len()) && ring.bytes().all(fit) {
        check_path(url)?;
        return Ok((url, ring));
    }
    let reason = "a ring's name, after '#', has 1 to 64 letters, digits, '_', '.' and '-'";
    Err(bad(reason).with_hint("write a '#' that is part of a password as %23"))
}

/// Refuses an `@` in the path: the part before it is a password's end, not a database's name, which is shown.
fn check_path(url: &str) -> Result<(), KeystoreError> {
    let before_parameters = url.split('?').next().unwrap_or(url);
    let path = before_parameters.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    if path.is_none_or(|(_, path)| !path.contains('@')) {
        return Ok(());
    }
    Err(bad("what follows '/' has an '@' in it").with_hint("write a '/' that is part of a password as %2F"))
}

/// Refuses parameters after `?` that are not known, whose values a client may log or ignore.
pub(super) fn check_parameters(url: &str, known: &[&str]) -> Result<(), KeystoreError> {
    let parameters = url.split_once('?').map_or("", |(_, parameters)| parameters);
    let name = |parameter: &'_ str| known.contains(&parameter.split('=').next().unwrap_or_default());
    if parameters.is_empty() || parameters.split('&').all(name) {
        return Ok(());
    }
    let known =
        if known.is_empty() { "there are none".into() } else { format!("known are {}", known.join(", ")) };
    Err(bad(&format!("what follows '?' is not known; {known}"))
        .with_hint("write a '?' that is part of a password as %3F"))
}

pub(super) fn bad(reason: &str) -> KeystoreError {
    KeystoreError::new(Kind::BadUrl, format!("a keystore's URL: {reason}"))
}

const DEFAULT_RING: &str = "default";
