//! Origins that a guard treats like our own pages: one, all subdomains of one, or the shell of an app.

use super::GuardError;
use super::origin::{Origin, has_whole_labels};

#[derive(Clone, Debug)]
pub(super) enum Allowed {
    One(Origin<'static>),
    /// Every name below this one's host, under its scheme and port.
    Below(Origin<'static>),
    /// The origin of a mobile or desktop shell, which has its own scheme: in lower case, in which it is compared.
    Shell(String),
}

impl Allowed {
    /// Reads `https://app.example`, `https://*.example.com` or `capacitor://localhost`.
    ///
    /// # Errors
    /// [`GuardError`] for a text that no browser sends, and for an origin that anybody may have.
    pub(super) fn parse(text: &str) -> Result<Self, GuardError> {
        let not_one = || GuardError::NotAnOrigin(text.into());
        if text == "null" {
            return Err(GuardError::Null);
        }
        let (scheme, authority) = text.split_once("://").ok_or_else(not_one)?;
        if let Some(below) = authority.strip_prefix("*.") {
            let whole = format!("{scheme}://{below}");
            let origin = Origin::parse(&whole).ok_or_else(not_one)?.into_owned();
            let is_narrow = origin.name().is_some_and(|name| name.contains('.') || name == "localhost");
            let is_sound = origin.name().is_some_and(has_whole_labels);
            return match (is_sound, is_narrow) {
                (false, _) => Err(not_one()),
                (true, false) => Err(GuardError::TooWide(text.into())),
                (true, true) => Ok(Self::Below(origin)),
            };
        }
        match Origin::parse(text) {
            Some(origin) => Ok(Self::One(origin.into_owned())),
            None => Self::shell(text).ok_or_else(not_one),
        }
    }

    /// An origin whose scheme is not a web page's, and which belongs to one program alone.
    fn shell(text: &str) -> Option<Self> {
        let text = text.to_ascii_lowercase();
        let (scheme, authority) = text.split_once("://")?;
        let is_scheme = scheme.starts_with(|first: char| first.is_ascii_lowercase())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        // The rest must be valid after `https://`.
        let is_authority = Origin::parse(&format!("https://{authority}")).is_some();
        let is_anybodys = NO_SHELLS.contains(&scheme);
        (is_scheme && is_authority && !is_anybodys).then_some(Self::Shell(text))
    }

    pub(super) fn is(&self, text: &str) -> bool {
        match self {
            Self::One(allowed) => Origin::parse(text).is_some_and(|origin| origin == *allowed),
            Self::Below(allowed) => Origin::parse(text).is_some_and(|origin| origin.is_below(allowed)),
            Self::Shell(allowed) => text.eq_ignore_ascii_case(allowed),
        }
    }
}

/// Schemes of the web itself, whose origins are written differently, or belong to everybody.
const NO_SHELLS: [&str; 11] =
    ["http", "https", "ws", "wss", "ftp", "file", "filesystem", "data", "blob", "about", "javascript"];
