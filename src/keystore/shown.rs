//! Operators' values, as errors, hints and logs show them.

use std::ffi::OsStr;

/// A path, a name or an option's value: as it is, unless it may be a secret that was given by mistake.
///
/// Examples are a ring or an identity in place of the name of its file (`GINGERSNAP_KEYS="$(cat keys.json)"`), a URL with a
/// password, and a PEM file. Of those only the length is shown.
pub(super) fn shown(value: &OsStr) -> String {
    let text = value.to_string_lossy();
    if may_be_secret(&text) {
        return format!("<{} bytes that may be a secret>", value.len());
    }
    text.into_owned()
}

/// True for a text that is hardly ever a path, a name or an address without a password, or never.
pub(super) fn may_be_secret(text: &str) -> bool {
    let lower = text.to_lowercase();
    let has_password = lower.split_once("://").is_some_and(|(_, rest)| rest.contains('@'));
    text.len() > LONGEST
        || text.chars().any(|letter| letter.is_control() || OF_JSON.contains(&letter))
        || has_password
        || SECRETS.iter().any(|secret| lower.contains(secret))
}

const LONGEST: usize = 255;
const OF_JSON: [char; 3] = ['{', '}', '"'];
/// The beginnings of identities of age and of PEM files, and the names before secret values. In lower case.
const SECRETS: [&str; 9] = [
    "age-secret-key-",
    "age-plugin-",
    "-----begin",
    "password=",
    "passwd=",
    "passphrase=",
    "pwd=",
    "secret=",
    "token=",
];
