//! The service: one exchange for each request.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::future::SessionFuture;
use crate::session::{Exchange, SessionError, Settings};

/// A service inside a [`SessionLayer`](super::SessionLayer).
#[derive(Clone)]
pub struct SessionService<S> {
    pub(super) inner: S,
    pub(super) settings: Arc<Settings>,
}

impl<S, ReqBody, ResBody> Service<Request<ReqBody>> for SessionService<S>
where
    S: Service<Request<ReqBody>, Response = Response<ResBody>>,
    ResBody: Default,
{
    type Response = Response<ResBody>;
    type Error = S::Error;
    type Future = SessionFuture<S::Future, Response<ResBody>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> Self::Future {
        let outer = request.extensions().get::<Arc<Exchange>>().cloned();
        for outer in outer.iter().flat_map(Exchange::and_outer) {
            // The same layer wraps the request twice, as with `Router::nest`: the outer one does the work.
            if Arc::ptr_eq(&outer.settings, &self.settings) {
                return SessionFuture::new(self.inner.call(request), None);
            }
            if let Some(name) = self.settings.shares(&outer.settings) {
                return SessionFuture::refused(SessionError::SharedCookie(name.into()), &self.settings);
            }
        }
        let exchange = Arc::new(Exchange::new(Arc::clone(&self.settings), outer));
        request.extensions_mut().insert(Arc::clone(&exchange));
        SessionFuture::new(self.inner.call(request), Some(exchange))
    }
}

impl<S: fmt::Debug> fmt::Debug for SessionService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService").field("inner", &self.inner).finish_non_exhaustive()
    }
}
