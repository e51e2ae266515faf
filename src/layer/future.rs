//! The response future: no box and no task, unless a response waits for a store.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use http::Response;
use pin_project_lite::pin_project;

use super::carry_out::{Stored, commit, finish, guard, instead};
use crate::session::{Event, Exchange, SessionError, Settings};

pin_project! {
    /// The future of [`SessionService`](super::SessionService).
    pub struct SessionFuture<F, R = ()> {
        // `None` for a request that was refused.
        #[pin]
        inner: Option<F>,
        refused: Option<SessionError>,
        exchange: Option<Arc<Exchange>>,
        // A response that waits for a store.
        waiting: Option<Box<(R, Stored)>>,
    }

    impl<F, R> PinnedDrop for SessionFuture<F, R> {
        fn drop(this: Pin<&mut Self>) {
            // Failed or given up: a handle that is still held somewhere can no longer send anything.
            let this = this.project();
            if let Some(exchange) = this.exchange {
                exchange.close_shared();
                // A write that is under way goes on. The sign-out of a response that will not come is carried out all the same.
                exchange.abandon();
            }
        }
    }
}

impl<F, R> SessionFuture<F, R> {
    pub(super) const fn new(inner: F, exchange: Option<Arc<Exchange>>) -> Self {
        Self { inner: Some(inner), refused: None, exchange, waiting: None }
    }

    /// The future of a request that the layer cannot handle.
    #[cold]
    pub(super) fn refused(error: SessionError, settings: &Settings) -> Self {
        settings.event(&Event::Misused { error: error.event_text() });
        Self { inner: None, refused: Some(error), exchange: None, waiting: None }
    }
}

impl<F, ResBody, E> Future for SessionFuture<F, Response<ResBody>>
where
    F: Future<Output = Result<Response<ResBody>, E>>,
    ResBody: Default,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        if this.waiting.is_none() {
            let Some(inner) = this.inner.as_pin_mut() else {
                return this.refused.take().map_or(Poll::Pending, |error| Poll::Ready(Ok(instead(error))));
            };
            let mut response = ready!(inner.poll(context))?;
            let Some(mut exchange) = this.exchange.take() else { return Poll::Ready(Ok(response)) };
            let touched = match Arc::get_mut(&mut exchange) {
                Some(alone) => alone.close(),
                None => exchange.close_shared(),
            };
            if !touched {
                guard(&exchange, &mut response);
                return Poll::Ready(Ok(response));
            }
            match commit(&exchange, &mut response) {
                None => return Poll::Ready(Ok(response)),
                Some(stored) => *this.waiting = Some(Box::new((response, stored))),
            }
            *this.exchange = Some(exchange);
        }
        let Some((_, stored)) = this.waiting.as_deref_mut() else { return Poll::Pending };
        let fields = ready!(stored.as_mut().poll(context));
        let (Some(waiting), Some(exchange)) = (this.waiting.take(), this.exchange.take()) else {
            return Poll::Pending;
        };
        let (mut response, _) = *waiting;
        finish(&exchange, &mut response, fields);
        Poll::Ready(Ok(response))
    }
}

impl<F, R> fmt::Debug for SessionFuture<F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionFuture").finish_non_exhaustive()
    }
}
