//! The base of every comparison: a router without a session.

use std::convert::Infallible;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::FromRequestParts;
use axum::routing::{get, post};
use http::request::Parts;
use tower::{Layer, Service};

use crate::cart::page_without_session;

/// axum alone: the same routes and answers, no layer, no extractor.
pub fn bare() -> Router {
    Router::new()
        .route("/untouched", get(without_session))
        .route("/read", get(without_session))
        .route("/write", post(without_session))
        .route("/seed/{lines}", post(without_session))
}

/// The handler of [`bare`].
pub async fn without_session() -> String {
    page_without_session()
}

/// The matched base: [`bare`] with a layer that does nothing and an extractor that reads nothing.
///
/// A side that needs no layer (a cookie jar) is compared with this one too, which is in its favour.
pub fn matched() -> Router {
    Router::new()
        .route("/untouched", get(untouched))
        .route("/read", get(untouched))
        .route("/write", post(untouched))
        .route("/seed/{lines}", post(untouched))
        .layer(NoLayer)
}

/// The handler of `/untouched`, the same on every side: it asks for no session.
pub async fn untouched(_: Nothing) -> String {
    page_without_session()
}

/// An extractor that reads nothing.
pub struct Nothing;

impl<S: Sync> FromRequestParts<S> for Nothing {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self)
    }
}

#[derive(Clone)]
struct NoLayer;

impl<S> Layer<S> for NoLayer {
    type Service = NoService<S>;

    fn layer(&self, inner: S) -> NoService<S> {
        NoService(inner)
    }
}

#[derive(Clone)]
struct NoService<S>(S);

impl<S: Service<R>, R> Service<R> for NoService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.0.call(request)
    }
}
