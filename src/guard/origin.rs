//! Origins as browsers write them (RFC 6454, section 6.2), and the host of a request as one.

use std::borrow::Cow;
use std::net::Ipv6Addr;

/// Scheme, host and port: two origins are the same if all three are.
///
/// The scheme's default port equals no port, and upper and lower case do not differ. A dot at the end is part of the host, as it
/// is for browsers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Origin<'t> {
    scheme: Scheme,
    host: Host<'t>,
    port: u16,
}

/// The scheme by which a site is reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Scheme {
    Http,
    Https,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Host<'t> {
    /// The name, in lower case.
    Name(Cow<'t, str>),
    V6(Ipv6Addr),
}

impl<'t> Origin<'t> {
    /// Reads `scheme://host` or `scheme://host:port` with nothing before, between or after.
    pub(super) fn parse(text: &'t str) -> Option<Self> {
        let (scheme, authority) = text.split_once("://")?;
        Self::on(Scheme::parse(scheme)?, authority)
    }

    /// The origin of a site under `scheme` on `authority`, as in a `Host` field: `host` or `host:port`.
    pub(super) fn on(scheme: Scheme, authority: &'t str) -> Option<Self> {
        let (host, rest) = match authority.strip_prefix('[') {
            Some(bracketed) => {
                let (address, rest) = bracketed.split_once(']')?;
                (Host::V6(address.parse().ok()?), rest)
            }
            None => {
                let (name, rest) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
                (Host::Name(name_of(name)?), rest)
            }
        };
        let port = if rest.is_empty() { scheme.port() } else { number(rest.strip_prefix(':')?)? };
        Some(Self { scheme, host, port })
    }

    /// The host, if it is a name.
    pub(super) fn name(&self) -> Option<&str> {
        match &self.host {
            Host::Name(name) => Some(name),
            Host::V6(_) => None,
        }
    }

    /// True if the host is a subdomain of the other's, under the same scheme and port.
    pub(super) fn is_below(&self, other: &Origin<'_>) -> bool {
        let labels = self.name().zip(other.name()).and_then(|(name, above)| name.strip_suffix(above));
        let labels = labels.and_then(|labels| labels.strip_suffix('.'));
        (self.scheme, self.port) == (other.scheme, other.port) && labels.is_some_and(has_whole_labels)
    }

    pub(super) fn into_owned(self) -> Origin<'static> {
        let host = match self.host {
            Host::Name(name) => Host::Name(Cow::Owned(name.into_owned())),
            Host::V6(address) => Host::V6(address),
        };
        Origin { scheme: self.scheme, host, port: self.port }
    }
}

impl Scheme {
    fn parse(text: &str) -> Option<Self> {
        [(Self::Http, "http"), (Self::Https, "https")]
            .into_iter()
            .find_map(|(scheme, name)| text.eq_ignore_ascii_case(name).then_some(scheme))
    }

    const fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Only letters, digits and `-._`: no user, no escape, no alphabet but that of `xn--`.
fn name_of(text: &str) -> Option<Cow<'_, str>> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if text.is_empty() || !text.bytes().all(is_plain) {
        return None;
    }
    let has_upper = text.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(if has_upper { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) })
}

/// True if no label between the dots is empty.
pub(super) fn has_whole_labels(name: &str) -> bool {
    name.split('.').all(|label| !label.is_empty())
}

/// Only digits: `u16::from_str` would accept a sign as well.
fn number(digits: &str) -> Option<u16> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}
