//! The service: one exchange a request.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::future::SessionFuture;
use crate::session::{Exchange, Handle, Settings};

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
    type Future = SessionFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<ReqBody>) -> SessionFuture<S::Future> {
        // The same layer met twice, as by `Router::nest`: the outer one does the work.
        let outer = request.extensions().get::<Handle>();
        if outer.is_some_and(|outer| Arc::ptr_eq(&outer.0.settings, &self.settings)) {
            return SessionFuture { inner: self.inner.call(request), exchange: None };
        }
        let exchange = Arc::new(Exchange::new(Arc::clone(&self.settings)));
        request.extensions_mut().insert(Handle(Arc::clone(&exchange)));
        SessionFuture { inner: self.inner.call(request), exchange: Some(exchange) }
    }
}

impl<S: fmt::Debug> fmt::Debug for SessionService<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionService").field("inner", &self.inner).finish_non_exhaustive()
    }
}
