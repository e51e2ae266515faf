//! The response future: the inner one, or a refusal at once.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Response, StatusCode};
use pin_project_lite::pin_project;

use super::GuardRefusal;

pin_project! {
    /// The future of [`GuardService`](super::GuardService).
    pub struct GuardFuture<F> {
        #[pin]
        outcome: Outcome<F>,
    }
}

pin_project! {
    #[project = OutcomeProjection]
    enum Outcome<F> {
        Passed { #[pin] inner: F },
        Refused { reason: GuardRefusal },
    }
}

impl<F> GuardFuture<F> {
    pub(super) const fn passed(inner: F) -> Self {
        Self { outcome: Outcome::Passed { inner } }
    }

    pub(super) const fn refused(reason: GuardRefusal) -> Self {
        Self { outcome: Outcome::Refused { reason } }
    }
}

impl<F, ResBody, E> Future for GuardFuture<F>
where
    F: Future<Output = Result<Response<ResBody>, E>>,
    ResBody: Default,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().outcome.project() {
            OutcomeProjection::Passed { inner } => inner.poll(context),
            OutcomeProjection::Refused { reason } => Poll::Ready(Ok(refusal(*reason))),
        }
    }
}

impl<F> fmt::Debug for GuardFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GuardFuture").finish_non_exhaustive()
    }
}

/// The refusal's response. The reason is in its extensions, where a `map_response` finds it.
fn refusal<B: Default>(reason: GuardRefusal) -> Response<B> {
    let mut response = Response::new(B::default());
    *response.status_mut() = StatusCode::FORBIDDEN;
    response.extensions_mut().insert(reason);
    response
}
