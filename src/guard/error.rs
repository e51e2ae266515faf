//! Settings that could never match.

use core::fmt;

/// A setting of an [`OriginGuard`](super::OriginGuard) that no request could match. It is always the programmer's or operator's,
/// never a stranger's.
///
/// `Debug` shows the same text as `Display`: it is what `main() -> Result<…>` prints.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum GuardError {
    /// Not a scheme, a host and perhaps a port.
    NotAnOrigin(String),
    /// A wildcard that covers more than one's own subdomains.
    TooWide(String),
    /// `null`: anybody's sandboxed pages have this origin.
    Null,
    /// Not a path that begins with `/`, or more than a path.
    NotAPath(String),
}

impl fmt::Debug for GuardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for GuardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAnOrigin(text) => write!(
                f,
                "{text:?} is not an origin: write scheme, host and perhaps port, with nothing after, as in https://shop.example; a name beyond ASCII in its xn-- form"
            ),
            Self::TooWide(text) => write!(
                f,
                "{text:?} is everybody's: put * before a name of your own, as in https://*.example.com"
            ),
            Self::Null => f.write_str(
                "the origin null is everybody's: name the page's own, which it sends unless its Referrer-Policy is no-referrer or it is sandboxed",
            ),
            Self::NotAPath(text) => write!(
                f,
                "{text:?} is not a path: write it as requests do, from / on and without a query, as in /oauth/callback"
            ),
        }
    }
}

impl core::error::Error for GuardError {}
