//! The decision, without a service around it. The numbers are those of the [module's rules](super).

use http::header::{COOKIE, HOST, ORIGIN, UPGRADE};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Method, Uri};

use super::GuardRefusal;
use super::allowed::Allowed;
use super::origin::{Origin, Scheme};

/// The rules of a guard.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub(super) reached: Reached,
    pub(super) allowed: Vec<Allowed>,
    pub(super) exempt: Vec<String>,
}

/// The origin under which we are reached.
#[derive(Clone, Debug)]
pub(super) enum Reached {
    /// This origin, whatever host a request names.
    At(Origin<'static>),
    /// The host that the request names, under this scheme.
    OnHost(Scheme),
}

/// Decides whether a request may pass.
pub(super) fn decide(
    rules: &Rules,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<(), GuardRefusal> {
    if is_safe(method) && !asks_for_websocket(headers) {
        return Ok(()); // 1
    }
    if rules.exempt.iter().any(|path| path == uri.path()) {
        return Ok(()); // 2
    }
    let (site, origin) = (once(headers, &SEC_FETCH_SITE)?, once(headers, &ORIGIN)?); // 3
    match (site, origin) {
        (Some(b"same-origin" | b"none"), _) => Ok(()), // 4
        (Some(_), Some(origin)) if rules.allows(origin) => Ok(()),
        (Some(_), _) => Err(GuardRefusal::OtherSite),
        (None, Some(origin)) if rules.allows(origin) || rules.owns(origin, uri, headers) => Ok(()), // 5
        (None, Some(_)) => Err(GuardRefusal::OtherOrigin),
        (None, None) if !headers.contains_key(COOKIE) => Ok(()), // 6
        (None, None) => Err(GuardRefusal::NoOrigin),
    }
}

impl Rules {
    fn allows(&self, origin: &[u8]) -> bool {
        str::from_utf8(origin).is_ok_and(|origin| self.allowed.iter().any(|allowed| allowed.is(origin)))
    }

    fn owns(&self, origin: &[u8], uri: &Uri, headers: &HeaderMap) -> bool {
        parse(origin).is_some_and(|origin| match &self.reached {
            Reached::At(ours) => origin == *ours,
            Reached::OnHost(scheme) => {
                host(uri, headers).and_then(|host| Origin::on(*scheme, host)) == Some(origin)
            }
        })
    }
}

fn parse(origin: &[u8]) -> Option<Origin<'_>> {
    Origin::parse(str::from_utf8(origin).ok()?)
}

/// The host that a request names. HTTP/2 has it in the request's own authority, which takes precedence in HTTP/1.1 too.
fn host<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Option<&'r str> {
    match uri.authority().map(Authority::as_str) {
        Some(authority) => Some(authority),
        None => str::from_utf8(once(headers, &HOST).ok()??).ok(),
    }
}

const fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// True if `Upgrade` lists `websocket`, in any version.
fn asks_for_websocket(headers: &HeaderMap) -> bool {
    let mut protocols =
        headers.get_all(UPGRADE).iter().flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
    protocols.any(|protocol| {
        let name = protocol.split(|&byte| byte == b'/').next().unwrap_or_default();
        name.trim_ascii().eq_ignore_ascii_case(b"websocket")
    })
}

/// A field that may stand in a request at most once.
fn once<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Result<Option<&'h [u8]>, GuardRefusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (value, None) => Ok(value.map(|value| value.as_bytes())),
        (_, Some(_)) => Err(GuardRefusal::Repeated),
    }
}

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
