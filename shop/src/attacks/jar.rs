//! The cookies of a request, to be changed.

use axum::http::{HeaderMap, HeaderValue, header};
use gingersnap::cookie::{self, Cookie, CookieError, CookieSettings};

/// The names of the shop's cookies.
#[derive(Clone, Debug)]
pub(super) struct Names {
    login: String,
    /// The cart of who is logged in, and a guest's.
    carts: [String; 2],
    seen: String,
}

impl Names {
    pub(super) fn new(settings: &CookieSettings) -> Result<Self, CookieError> {
        let name = |name| Cookie::new(name, settings).map(|cookie| cookie.name().to_owned());
        let carts = [name("session-own")?, name("session")?];
        Ok(Self { login: name("id")?, carts, seen: name("seen")? })
    }
}

/// Login, activity and carts of one request; nothing else that the browser sent.
#[derive(Clone, Debug)]
pub(super) struct Jar {
    names: Names,
    cookies: Vec<(String, String)>,
}

impl Jar {
    pub(super) fn of(headers: &HeaderMap, names: &Names) -> Self {
        let mut cookies = Vec::new();
        for name in [&names.login, &names.seen].into_iter().chain(&names.carts) {
            let fields = headers.get_all(header::COOKIE).iter().map(HeaderValue::as_bytes);
            let values =
                cookie::values(fields, name.as_bytes()).filter_map(|value| str::from_utf8(value).ok());
            cookies.extend(values.map(|value| (name.clone(), value.to_owned())));
        }
        Self { names: names.clone(), cookies }
    }

    pub(super) fn login(&self) -> Option<&str> {
        self.value(&self.names.login)
    }

    pub(super) fn cart(&self) -> Option<&str> {
        self.names.carts.iter().find_map(|name| self.value(name))
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(at, _)| at == name).map(|(_, value)| value.as_str())
    }

    /// The same with `value` as the login's cookie, and its only one.
    pub(super) fn with_login(&self, value: &str) -> Self {
        let mut jar = self.clone();
        jar.set(&self.names.login, value);
        jar
    }

    /// The same without any cookie: a browser that was never here.
    pub(super) fn emptied(&self) -> Self {
        Self { names: self.names.clone(), cookies: Vec::new() }
    }

    /// The same with one more cookie of the login's name.
    pub(super) fn and_login(&self, value: &str) -> Self {
        let mut jar = self.clone();
        jar.cookies.insert(0, (self.names.login.clone(), value.to_owned()));
        jar
    }

    /// The same with the first letter of the login's name percent-encoded.
    pub(super) fn with_login_disguised(&self) -> Self {
        let mut jar = self.clone();
        for (name, _) in jar.cookies.iter_mut().filter(|(name, _)| *name == self.names.login) {
            if let Some(letter) = name.chars().find(char::is_ascii_alphabetic) {
                *name = name.replacen(letter, &format!("%{:X}", u32::from(letter)), 1);
            }
        }
        jar
    }

    /// Returns a browser's cookies after a response.
    pub(super) fn after(&self, response: &HeaderMap) -> Self {
        let mut jar = self.clone();
        for field in response.get_all(header::SET_COOKIE).iter().filter_map(|field| field.to_str().ok()) {
            let pair = field.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                jar.set(name, value);
            }
        }
        jar
    }

    /// Sets a cookie; an empty value removes it, as in the shop's responses.
    fn set(&mut self, name: &str, value: &str) {
        self.cookies.retain(|(at, _)| at != name);
        if !value.is_empty() {
            self.cookies.insert(0, (name.to_owned(), value.to_owned()));
        }
    }

    /// The `Cookie` field.
    pub(super) fn field(&self) -> Option<HeaderValue> {
        let pairs: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        HeaderValue::try_from(pairs.join("; ")).ok()
    }

    /// Each cookie with the middle of its value left out: it is a page that others may see over a shoulder.
    pub(super) fn shortened(&self) -> Vec<String> {
        self.cookies.iter().map(|(name, value)| format!("{name}={}", shortened(value))).collect()
    }
}

fn shortened(value: &str) -> String {
    let (start, end) = (value.get(..SHOWN), value.len().checked_sub(SHOWN).and_then(|at| value.get(at..)));
    match (start, end) {
        (Some(start), Some(end)) if value.len() > 3 * SHOWN => format!("{start}…{end}"),
        _ => value.to_owned(),
    }
}

/// Characters at either end.
const SHOWN: usize = 8;
