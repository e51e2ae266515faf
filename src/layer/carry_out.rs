//! Carries out an exchange's decision about its response.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::header::{CACHE_CONTROL, Entry, RETRY_AFTER, SET_COOKIE, VARY};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::cache_control;
use crate::session::{Event, Exchange, Fields, Plan, SessionError};

/// A response's cookies, once the store has written the data that belongs to them.
pub(super) type Stored = Pin<Box<dyn Future<Output = Result<Fields, SessionError>> + Send>>;

/// Decides about a response and carries the decision out; returns the part that has to wait for a store, if any.
pub(super) fn commit<B: Default>(exchange: &Arc<Exchange>, response: &mut Response<B>) -> Option<Stored> {
    let status = response.status();
    if status.as_u16() >= 500 || status == StatusCode::REQUEST_TIMEOUT {
        send_rest(exchange, response);
        return None;
    }
    let mut plan = Plan::default();
    let decided = exchange.plan(&mut plan);
    if decided.is_ok() && plan.is_empty() {
        send(exchange, response, Fields::new());
        return None;
    }
    if decided.is_ok() && plan.is_stored() {
        return Some(Box::pin(Arc::clone(exchange).carry_out(plan)));
    }
    let mut fields = Fields::new();
    match decided.and_then(|()| plan.seal(&exchange.settings, &mut fields)) {
        Ok(_) => {
            plan.tell(&exchange.settings);
            send(exchange, response, fields);
        }
        Err(error) => fail(exchange, response, error),
    }
    None
}

/// Sends a response's cookies; if they could not be made, the response becomes the error.
pub(super) fn finish<B: Default>(
    exchange: &Exchange,
    response: &mut Response<B>,
    sealed: Result<Fields, SessionError>,
) {
    match sealed {
        Ok(fields) => send(exchange, response, fields),
        Err(error) => fail(exchange, response, error),
    }
}

fn fail<B: Default>(exchange: &Exchange, response: &mut Response<B>, error: SessionError) {
    exchange.settings.event(&Event::CommitFailed { error: error.event_text() });
    failed(error, response);
    send_rest(exchange, response);
}

/// Sends the cookies of a response that sends no change. They need no key: each is a removal, or sealed already. A task that
/// nobody waits for removes from the store what a sign-out removes.
fn send_rest<B: Default>(exchange: &Exchange, response: &mut Response<B>) {
    let (mut plan, mut fields) = (Plan::default(), Fields::new());
    exchange.plan_of_a_failure(&mut plan);
    if plan.seal(&exchange.settings, &mut fields).is_ok_and(|operations| !operations.is_empty()) {
        exchange.abandon();
    }
    plan.tell(&exchange.settings);
    send(exchange, response, fields);
}

fn send<B: Default>(exchange: &Exchange, response: &mut Response<B>, fields: Fields) {
    set_cookies(exchange, response.headers_mut(), fields);
    guard(exchange, response);
}

/// The tripwire: no response may give a browser the identity of another session, whoever put it there. A response that would is
/// suspect as a whole, and is replaced as a whole.
pub(super) fn guard<B: Default>(exchange: &Exchange, response: &mut Response<B>) {
    // Comparing a handful of names takes less time than hashing one.
    let mut fields = response.headers().iter();
    if fields.any(|(name, field)| *name == SET_COOKIE && exchange.is_foreign_identity(field)) {
        *response = foreign(exchange);
    }
}

#[cold]
fn foreign<B: Default>(exchange: &Exchange) -> Response<B> {
    exchange.settings.event(&Event::ForeignIdentity);
    instead(SessionError::ForeignIdentity)
}

/// The error alone, in place of any response.
pub(super) fn instead<B: Default>(error: SessionError) -> Response<B> {
    let mut response = Response::new(B::default());
    failed(error, &mut response);
    response
}

fn set_cookies(exchange: &Exchange, headers: &mut HeaderMap, fields: Fields) {
    mark_private(headers, !fields.is_empty());
    if fields.is_empty() {
        return;
    }
    let bytes = fields.iter().map(HeaderValue::len).sum();
    if bytes > exchange.settings.response_octets {
        exchange.settings.event(&Event::LargeResponse { bytes });
    }
    for field in fields {
        headers.append(SET_COOKIE, field);
    }
}

/// The error in place of the response: the browser keeps its cookies, and any other `Set-Cookie` is sent.
fn failed<B: Default>(error: SessionError, response: &mut Response<B>) {
    let (parts, _) = std::mem::replace(response, Response::new(B::default())).into_parts();
    *response.status_mut() = error.status();
    for field in parts.headers.get_all(SET_COOKIE) {
        response.headers_mut().append(SET_COOKIE, field.clone());
    }
    mark_private(response.headers_mut(), true);
    describe(error, response);
}

/// Puts the error where a `map_response` finds it.
pub(super) fn describe<B>(error: SessionError, response: &mut Response<B>) {
    if error.status() == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response.extensions_mut().insert(error);
}

/// Forbids caches to hand this response to somebody else (CVE-2023-30861, CVE-2025-48947).
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
        Entry::Occupied(mut cache) if sets_cookie || !cache_control::is_private(cache.iter()) => {
            cache.insert(NO_STORE);
        }
        Entry::Occupied(_) => {}
    }
}

/// True if a comma-separated field has one of `words`, in upper or lower case.
fn lists<'h>(mut values: impl Iterator<Item = &'h HeaderValue>, words: &[&str]) -> bool {
    values.any(|value| {
        let mut items = value.as_bytes().split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
        items.any(|item| words.iter().any(|word| item.eq_ignore_ascii_case(word.as_bytes())))
    })
}

const COOKIE: HeaderValue = HeaderValue::from_static("Cookie");
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
