//! Writing `Set-Cookie` fields: one function for setting and for removing.

use core::fmt;

use bytes::Bytes;
use http::HeaderValue;

use crate::token::Sealed;

/// The browser's checks for a cookie's name (RFC 6265bis §4.1.3).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub enum Prefix {
    /// `__Host-`: `Secure`, no `Domain`, `Path=/`.
    #[default]
    Host,
    /// `__Host-Http-`: as `__Host-`, and `HttpOnly`. Older browsers apply the rules of `__Host-`.
    HostHttp,
    /// `__Secure-`: `Secure`.
    Secure,
    /// No prefix: a sibling domain can set cookies of this name.
    None,
}

impl Prefix {
    const fn text(self) -> &'static str {
        match self {
            Self::Host => "__Host-",
            Self::HostHttp => "__Host-Http-",
            Self::Secure => "__Secure-",
            Self::None => "",
        }
    }
}

/// The cross-site requests on which the browser sends a cookie (RFC 6265bis §4.1.2.7).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum SameSite {
    /// No cross-site requests.
    Strict,
    /// Top-level navigations with a safe method.
    #[default]
    Lax,
    /// All requests; needs `Secure`.
    None,
}

impl SameSite {
    const fn name(self) -> &'static str {
        match self {
            Self::Strict => "Strict",
            Self::Lax => "Lax",
            Self::None => "None",
        }
    }
}

/// The attributes that all cookies of a layer share. `HttpOnly` is always there, `Domain` never; each cookie has its own
/// `Max-Age`.
///
/// The default is `__Host-…; Path=/; Secure; HttpOnly; SameSite=Lax`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CookieSettings {
    /// The start of the names.
    pub prefix: Prefix,
    /// `Path`: begins with `/`, at most 1,024 bytes; `/` under a `__Host-` prefix.
    pub path: String,
    /// `Secure`: needed by every prefix and by `SameSite=None`.
    pub secure: bool,
    /// `SameSite`.
    pub same_site: SameSite,
    /// `Partitioned` (CHIPS): for pages that other sites embed, with a cookie jar for each of those sites. Needs `SameSite=None`.
    pub partitioned: bool,
}

impl CookieSettings {
    /// Settings for plain http in development, where some browsers drop `Secure` cookies: no prefix, no `Secure`.
    pub fn insecure_http() -> Self {
        Self { prefix: Prefix::None, secure: false, ..Self::default() }
    }
}

impl Default for CookieSettings {
    fn default() -> Self {
        Self {
            prefix: Prefix::Host,
            path: "/".into(),
            secure: true,
            same_site: SameSite::Lax,
            partitioned: false,
        }
    }
}

/// One cookie's full name and attributes, checked.
#[derive(Clone, Debug)]
pub struct Cookie {
    name: String,
    attributes: String,
    max_age: String,
}

impl Cookie {
    /// The cookie called `name` (without a prefix) under `settings`.
    ///
    /// # Errors
    /// [`CookieError`] for a name that is not an RFC 9110 token and for attributes that a browser would refuse.
    pub fn new(name: &str, settings: &CookieSettings) -> Result<Self, CookieError> {
        check(name, settings)?;
        let secure = if settings.secure { "; Secure" } else { "" };
        let partitioned = if settings.partitioned { "; Partitioned" } else { "" };
        Ok(Self {
            name: format!("{}{name}", settings.prefix.text()),
            attributes: format!(
                "; Path={}{secure}; HttpOnly; SameSite={}{partitioned}",
                settings.path,
                settings.same_site.name()
            ),
            max_age: String::new(),
        })
    }

    /// The same cookie, kept by the browser for so many seconds, at most 34,560,000 (400 days). Without them it is kept until the
    /// browser is closed.
    pub(crate) fn lasting(self, seconds: Option<u64>) -> Self {
        Self { max_age: seconds.map(max_age_attribute).unwrap_or_default(), ..self }
    }

    /// The full name, prefix included.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Octets of a field apart from the cookie's name and value, with its `Max-Age`.
    pub(crate) fn attributes_len(&self) -> usize {
        self.attributes.len() + self.max_age.len() + 1
    }

    /// Octets of the field that removes the cookie.
    pub(crate) fn removal_len(&self) -> usize {
        self.name.len() + 1 + self.attributes.len() + REMOVE.len()
    }

    /// The field that sets the cookie to a token, or removes it if there is no token. A `Max-Age` in seconds beside the token
    /// takes the place of the cookie's own. The field is marked sensitive: a debug log shows `Sensitive`, and HTTP/2 puts it in
    /// no table.
    ///
    /// # Errors
    /// None in practice: name, attributes and token are all visible ASCII.
    pub(crate) fn field(
        &self,
        token: Option<(&Sealed, Option<u64>)>,
    ) -> Result<HeaderValue, http::header::InvalidHeaderValue> {
        let value_len = token.map_or(0, |(token, _)| token.text_len());
        let own = token.and_then(|(_, max_age)| max_age).map(max_age_attribute);
        let max_age = match token {
            Some(_) => own.as_deref().unwrap_or(&self.max_age),
            None => REMOVE,
        };
        let len = self.name.len() + 1 + value_len + self.attributes.len() + max_age.len();
        let mut field = Vec::with_capacity(len);
        field.extend_from_slice(self.name.as_bytes());
        field.push(b'=');
        if let Some((token, _)) = token {
            token.write_text(&mut field);
        }
        field.extend_from_slice(self.attributes.as_bytes());
        field.extend_from_slice(max_age.as_bytes());
        let mut field = HeaderValue::from_maybe_shared(Bytes::from(field))?;
        field.set_sensitive(true);
        Ok(field)
    }
}

fn max_age_attribute(seconds: u64) -> String {
    format!("; Max-Age={}", seconds.min(MAX_AGE))
}

/// A cookie that no browser would accept, or that would be less safe than its name promises.
///
/// `Debug` shows the same text as `Display`: it is what `main() -> Result<…>` prints.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum CookieError {
    /// The name is empty or has a character that RFC 9110 does not allow in a token.
    BadName(String),
    /// The name itself begins with a prefix, which belongs in [`CookieSettings::prefix`].
    PrefixInName(String),
    /// A prefix or `SameSite=None` without `Secure`.
    NeedsSecure,
    /// `Partitioned` without `SameSite=None`.
    NeedsNone,
    /// A `__Host-` prefix with a path other than `/`.
    NeedsRootPath,
    /// The path does not begin with `/`, is longer than 1,024 bytes or has a character that cannot stand in it.
    BadPath(String),
}

impl fmt::Debug for CookieError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for CookieError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadName(name) => write!(f, "the cookie name {name:?} is not a token of letters, digits and !#$%&'*+-.^_`|~"),
            Self::PrefixInName(name) => write!(f, "the cookie name {name:?} begins with a prefix; choose it in CookieSettings"),
            Self::NeedsSecure => f.write_str("a name prefix and SameSite=None need Secure; for plain http in development use CookieSettings::insecure_http()"),
            Self::NeedsNone => f.write_str("a Partitioned cookie is for embedded pages and needs SameSite=None"),
            Self::NeedsRootPath => f.write_str("a __Host- cookie needs the path /"),
            Self::BadPath(path) => write!(f, "the cookie path {path:?} must begin with / and have neither ; nor control characters"),
        }
    }
}

impl core::error::Error for CookieError {}

fn check(name: &str, settings: &CookieSettings) -> Result<(), CookieError> {
    let CookieSettings { prefix, path, secure, same_site, partitioned } = settings;
    if name.is_empty() || !name.bytes().all(is_token_char) {
        return Err(CookieError::BadName(name.into()));
    }
    // Browsers compare prefixes without regard to case (RFC 6265bis §5.7, step 20).
    let lower = name.to_ascii_lowercase();
    if ["__host-", "__secure-", "__http-"].iter().any(|prefix| lower.starts_with(prefix)) {
        return Err(CookieError::PrefixInName(name.into()));
    }
    if !secure && (*prefix != Prefix::None || *same_site == SameSite::None) {
        return Err(CookieError::NeedsSecure);
    }
    if *partitioned && *same_site != SameSite::None {
        return Err(CookieError::NeedsNone);
    }
    if matches!(prefix, Prefix::Host | Prefix::HostHttp) && path != "/" {
        return Err(CookieError::NeedsRootPath);
    }
    if !path.starts_with('/')
        || path.len() > MAX_PATH
        || !path.bytes().all(|b| matches!(b, b' '..=b'~') && b != b';')
    {
        return Err(CookieError::BadPath(path.clone()));
    }
    Ok(())
}

const fn is_token_char(byte: u8) -> bool {
    matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'^'..=b'z' | b'|' | b'~')
}

const REMOVE: &str = "; Max-Age=0";
const MAX_PATH: usize = 1024;
/// 400 days, which browsers clamp to (RFC 6265bis §5.5).
const MAX_AGE: u64 = 34_560_000;
