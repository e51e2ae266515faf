//! The guard against requests from other origins, through its layer.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their helpers fail by panicking"
)]

#[path = "../session/events.rs"]
mod events;

mod answers;
mod origins;
mod properties;
mod rules;
mod settings;
mod websockets;

use std::convert::Infallible;

use futures_util::FutureExt as _;
use gingersnap::{GuardRefusal, OriginGuard};
use http::{Request, Response, StatusCode};
use tower::{Layer as _, ServiceExt as _, service_fn};

use events::Events;

/// A request with `fields` as `name=value|name=value`.
fn request(method: &str, target: &str, fields: &str) -> Request<()> {
    let fields = fields.split('|').filter(|field| !field.is_empty());
    let request = fields.fold(Request::builder().method(method).uri(target), |request, field| {
        let (name, value) = field.split_once('=').unwrap();
        request.header(name, value)
    });
    request.body(()).unwrap()
}

/// The layer's answer to a request to a service that answers everything, and its events.
fn answer(guard: &OriginGuard, request: Request<()>) -> (Response<String>, Vec<String>) {
    let events = Events::start();
    let inner = service_fn(async |_| Ok::<_, Infallible>(Response::new("done".to_owned())));
    let response = guard.layer(inner).oneshot(request).now_or_never().unwrap().unwrap();
    (response, events.take())
}

/// Returns the reason why the request is refused, if it is.
fn ask(guard: &OriginGuard, request: Request<()>) -> Result<(), GuardRefusal> {
    let (response, events) = answer(guard, request);
    match response.extensions().get::<GuardRefusal>() {
        Some(reason) => {
            assert_eq!((response.status(), events.len()), (StatusCode::FORBIDDEN, 1));
            Err(*reason)
        }
        None => {
            assert_eq!((response.body().as_str(), events.len()), ("done", 0));
            Ok(())
        }
    }
}
