//! The response future: no box, no task.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::Response;
use pin_project_lite::pin_project;

use super::commit::{commit, guard};
use crate::session::Exchange;

pin_project! {
    /// The future of [`SessionService`](super::SessionService).
    pub struct SessionFuture<F> {
        #[pin]
        pub(super) inner: F,
        pub(super) exchange: Option<Arc<Exchange>>,
    }

    impl<F> PinnedDrop for SessionFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            // Failed or given up: a handle that is still held somewhere cannot send anything any more.
            if let Some(exchange) = this.project().exchange {
                exchange.close();
            }
        }
    }
}

impl<F, ResBody, E> Future for SessionFuture<F>
where
    F: Future<Output = Result<Response<ResBody>, E>>,
    ResBody: Default,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut response = ready!(this.inner.poll(context))?;
        match this.exchange.take() {
            Some(exchange) if exchange.close() => response = commit(&exchange, response),
            Some(exchange) => guard(&exchange, &mut response),
            None => {}
        }
        Poll::Ready(Ok(response))
    }
}

impl<F> fmt::Debug for SessionFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionFuture").finish_non_exhaustive()
    }
}
