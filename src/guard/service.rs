//! The service: asks for the decision and carries it out.

use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::decide::{Rules, decide};
use super::future::GuardFuture;

/// A service behind an [`OriginGuard`](super::OriginGuard).
#[derive(Clone, Debug)]
pub struct GuardService<S> {
    pub(super) inner: S,
    pub(super) rules: Arc<Rules>,
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for GuardService<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Default,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = GuardFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<ReqBody>) -> GuardFuture<S::Future> {
        match decide(&self.rules, request.method(), request.uri(), request.headers()) {
            Ok(()) => GuardFuture::passed(self.inner.call(request)),
            Err(reason) => {
                tracing::info!(target: "gingersnap", reason = reason.name(), "request from another origin refused");
                GuardFuture::refused(reason)
            }
        }
    }
}
