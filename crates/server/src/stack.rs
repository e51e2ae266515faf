//! The layers around the application, from the inside out:
//!
//! 1. the body's bound: 413;
//! 2. the time for body and answer: 408. It stands outside the session layer, which therefore never sees
//!    a half-done handler end;
//! 3. a panic is a 500. The session layer inside it was unwound, so it sends no cookie;
//! 4. the head's bounds: 431, before anything reads a field.

use std::any::Any;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::head;
use crate::limits::Limits;

/// Puts the limits of a request around an application.
///
/// [`Loaded::serve`](crate::Loaded::serve) does it; this is for tests of an application's pages for their answers.
pub fn protect(app: Router, limits: Limits) -> Router {
    app.layer(DefaultBodyLimit::max(limits.body_bytes))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.phase))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(limits, head::bound))
}

/// The message may quote data, so nothing of it is answered.
fn panicked(_message: Box<dyn Any + Send>) -> Response {
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
