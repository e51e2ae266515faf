//! The URL of a shared thing: the database that it is in, and its name there.

use core::fmt;

use crate::keystore::KeystoreError;
#[cfg(any(feature = "postgres", feature = "redis"))]
use crate::keystore::KeystoreErrorKind;
use crate::store::{StoreError, StoreErrorKind};

/// The place of a ring or store, shown without user and password, and its name there.
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

    /// The name, which is fit for a key.
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// A URL that names no place. No part of it is shown: a malformed part may be half of a password.
#[derive(Debug)]
pub(super) struct BadUrl {
    /// `None` if the fault is in the name after `#`.
    reason: Option<String>,
    hint: Option<&'static str>,
}

impl BadUrl {
    pub(super) fn with_hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    fn text(self, what: &str) -> String {
        self.reason.unwrap_or_else(|| {
            format!("a {what}'s name, after '#', has 1 to 64 letters, digits, '_', '.' and '-'")
        })
    }
}

#[cfg(any(feature = "postgres", feature = "redis"))]
impl From<BadUrl> for KeystoreError {
    fn from(bad: BadUrl) -> Self {
        let hint = bad.hint;
        let error = Self::new(KeystoreErrorKind::BadUrl, format!("a keystore's URL: {}", bad.text("ring")));
        match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

impl From<BadUrl> for StoreError {
    fn from(bad: BadUrl) -> Self {
        let hint = bad.hint;
        let error = Self::new(StoreErrorKind::BadUrl, format!("a store's URL: {}", bad.text("store")));
        match hint {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

/// The URL without its fragment, and the fragment: the name of the ring or store.
pub(super) fn split(url: &str) -> Result<(&str, &str), BadUrl> {
    let (url, name) = url.split_once('#').unwrap_or((url, DEFAULT));
    let fit = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    if !(1..=64).contains(&name.len()) || !name.bytes().all(fit) {
        let hint = Some("write a '#' that is part of a password as %23");
        return Err(BadUrl { reason: None, hint });
    }
    check_path(url)?;
    Ok((url, name))
}

/// Refuses an `@` in the path: the part before it is the end of a password, and not the name of a database, which would be shown.
fn check_path(url: &str) -> Result<(), BadUrl> {
    let before_parameters = url.split('?').next().unwrap_or(url);
    let path = before_parameters.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    if path.is_none_or(|(_, path)| !path.contains('@')) {
        return Ok(());
    }
    Err(bad("what follows '/' has an '@' in it").with_hint("write a '/' that is part of a password as %2F"))
}

/// Refuses unknown parameters after `?`: a client may log or ignore their values.
#[cfg(any(feature = "postgres", feature = "redis"))]
pub(super) fn check_parameters(url: &str, known: &[&str]) -> Result<(), BadUrl> {
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

pub(super) fn bad(reason: &str) -> BadUrl {
    BadUrl { reason: Some(reason.into()), hint: None }
}

const DEFAULT: &str = "default";
