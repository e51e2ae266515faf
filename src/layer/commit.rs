//! Carrying out what an exchange decided about its response.

use http::header::{CACHE_CONTROL, Entry, RETRY_AFTER, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use crate::session::{Event, Exchange, Few, Finished, SessionError};

pub(super) fn commit<B: Default>(exchange: &Exchange, mut response: Response<B>) -> Response<B> {
    let status = response.status();
    let store = status.as_u16() < 500 && status != StatusCode::REQUEST_TIMEOUT;
    let Finished { fields, error } = exchange.finish(store);
    if let Some(error) = error {
        exchange.settings.observer.event(&Event::CommitFailed { error: error.event_text() });
        response = failed(error, response);
    }
    set_cookies(exchange, response.headers_mut(), fields);
    guard(exchange, &mut response);
    response
}

/// The tripwire: no response gives a browser the identity of another session, whatever put it there. A response that
/// would is all suspect, and is replaced as a whole.
pub(super) fn guard<B: Default>(exchange: &Exchange, response: &mut Response<B>) {
    // Comparing a handful of names takes less than hashing one.
    let mut fields = response.headers().iter();
    if fields.any(|(name, field)| *name == SET_COOKIE && exchange.is_foreign_identity(field)) {
        *response = foreign(exchange);
    }
}

#[cold]
fn foreign<B: Default>(exchange: &Exchange) -> Response<B> {
    exchange.settings.observer.event(&Event::ForeignIdentity);
    failed(SessionError::ForeignIdentity, Response::new(B::default()))
}

fn set_cookies(exchange: &Exchange, headers: &mut HeaderMap, fields: Few<HeaderValue>) {
    mark_private(headers, !fields.is_empty());
    if fields.is_empty() {
        return;
    }
    let bytes = fields.iter().map(HeaderValue::len).sum();
    if bytes > LARGE_RESPONSE {
        exchange.settings.observer.event(&Event::LargeResponse { bytes });
    }
    for field in fields {
        headers.append(SET_COOKIE, field);
    }
}

/// The error in place of the response: the browser keeps its cookies, and any other `Set-Cookie` goes out.
fn failed<B: Default>(error: SessionError, response: Response<B>) -> Response<B> {
    let (parts, _) = response.into_parts();
    let mut response = Response::new(B::default());
    *response.status_mut() = error.status();
    for field in parts.headers.get_all(SET_COOKIE) {
        response.headers_mut().append(SET_COOKIE, field.clone());
    }
    mark_private(response.headers_mut(), true);
    describe(error, &mut response);
    response
}

/// Puts the error where a `map_response` finds it.
pub(super) fn describe<B>(error: SessionError, response: &mut Response<B>) {
    if error.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response.extensions_mut().insert(error);
}

/// No cache may hand this response to somebody else (CVE-2023-30861, CVE-2025-48947).
pub(super) fn mark_private(headers: &mut HeaderMap, sets_cookie: bool) {
    match headers.entry(VARY) {
        Entry::Vacant(vary) => {
            vary.insert(COOKIE);
        }
        Entry::Occupied(mut vary) if !lists(vary.iter(), &["cookie", "*"]) => {
            vary.append(COOKIE);
        }
        Entry::Occupied(_) => {}
    }
    match headers.entry(CACHE_CONTROL) {
        Entry::Vacant(cache) => {
            cache.insert(NO_STORE);
        }
        Entry::Occupied(mut cache) if sets_cookie || !lists(cache.iter(), &["private", "no-store"]) => {
            cache.insert(NO_STORE);
        }
        Entry::Occupied(_) => {}
    }
}

/// True if a comma-separated field has one of `words`, without regard to case.
fn lists<'h>(mut values: impl Iterator<Item = &'h HeaderValue>, words: &[&str]) -> bool {
    values.any(|value| {
        let mut items = value.as_bytes().split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
        items.any(|item| words.iter().any(|word| item.eq_ignore_ascii_case(word.as_bytes())))
    })
}

const COOKIE: HeaderValue = HeaderValue::from_static("Cookie");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// A default nginx answers 502 when a response's head passes 4,096 bytes; cookies near 3,650 bytes were seen to.
const LARGE_RESPONSE: usize = 3072;
