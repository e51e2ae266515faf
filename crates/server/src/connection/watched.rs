//! Watches a connection's requests: from the call until the response's body is dropped.
//!
//! A body is dropped when the HTTP library has taken the last of it, which is not when the client has. So it is handed over
//! in parts of [`PART`]: what the library has then is little. Over HTTP/2 it takes a part of any size as soon as the
//! client's window has room for one byte. So the last byte goes by itself: it is asked for when the window had room for all
//! before it. From one part to the next the client is waited for.

use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use axum::body::Bytes;
use axum::http::{Request, Response, Version};
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tower_service::Service;

use super::activity::{Activity, InFlight, Waiting};

/// A service that watches its requests, and tells them whose they are.
#[derive(Clone, Debug)]
pub(crate) struct Watched<S> {
    inner: S,
    client: Client,
    activity: Arc<Activity>,
}

/// The address that connected, in a request's extensions: a client's, or a proxy's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client(pub(crate) SocketAddr);

impl<S> Watched<S> {
    pub(super) const fn new(inner: S, client: Client, activity: Arc<Activity>) -> Self {
        Self { inner, client, activity }
    }
}

impl<S, Req, Res> Service<Request<Req>> for Watched<S>
where
    S: Service<Request<Req>, Response = Response<Res>>,
{
    type Response = Response<WatchedBody<Res>>;
    type Error = S::Error;
    type Future = WatchedFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Req>) -> Self::Future {
        request.extensions_mut().insert(self.client);
        let in_flight = Some(InFlight::begin(&self.activity));
        let windows = request.version() == Version::HTTP_2;
        WatchedFuture { inner: self.inner.call(request), in_flight, windows }
    }
}

pin_project! {
    /// Hands the watch on to the response's body.
    pub(crate) struct WatchedFuture<F> {
        #[pin]
        inner: F,
        in_flight: Option<InFlight>,
        windows: bool,
    }
}

impl<F, Res, E> Future for WatchedFuture<F>
where
    F: Future<Output = Result<Response<Res>, E>>,
{
    type Output = Result<Response<WatchedBody<Res>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.inner.poll(cx))?;
        let (in_flight, windows) = (this.in_flight.take(), *this.windows);
        let watch = |inner| WatchedBody { inner, rest: Bytes::new(), waiting: None, in_flight, windows };
        Poll::Ready(Ok(response.map(watch)))
    }
}

pin_project! {
    /// A body whose request is in flight as long as it lives.
    pub(crate) struct WatchedBody<B> {
        #[pin]
        inner: B,
        // What the application has made, and the client is to make room for.
        rest: Bytes,
        waiting: Option<Waiting>,
        in_flight: Option<InFlight>,
        // Whether the client has windows: HTTP/2.
        windows: bool,
    }
}

impl<B: Body<Data = Bytes>> Body for WatchedBody<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.project();
        // Whoever asks for the next part has got rid of the one before.
        *this.waiting = None;
        if this.rest.is_empty() {
            let Some(frame) = ready!(this.inner.poll_frame(cx)?) else { return Poll::Ready(None) };
            match frame.into_data() {
                Ok(data) => *this.rest = data,
                Err(trailers) => return Poll::Ready(Some(Ok(trailers))),
            }
        }
        let part = this.rest.split_to(next(this.rest.len(), *this.windows));
        // Over HTTP/1 there is no window: what waits is the network, and the stream sees that.
        *this.waiting = this.in_flight.as_ref().filter(|_| *this.windows).map(InFlight::wait);
        Poll::Ready(Some(Ok(Frame::data(part))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (inner, rest) = (self.inner.size_hint(), self.rest.len() as u64);
        let mut hint = SizeHint::new();
        hint.set_lower(inner.lower().saturating_add(rest));
        if let Some(upper) = inner.upper().and_then(|upper| upper.checked_add(rest)) {
            hint.set_upper(upper);
        }
        hint
    }
}

/// Bytes of the next part, of so many that are left.
const fn next(left: usize, windows: bool) -> usize {
    if left > PART {
        PART
    } else if windows && left > SMALL {
        left - 1
    } else {
        left
    }
}

/// Bytes of a part: a frame's, unless the client wants longer ones.
const PART: usize = 16 * 1024;
/// Bytes that may be left with the HTTP library until the connection ends.
const SMALL: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(mut left: usize, windows: bool) -> Vec<usize> {
        let mut parts = Vec::new();
        while left > 0 {
            parts.push(next(left, windows));
            left -= next(left, windows);
        }
        parts
    }

    #[test]
    fn over_http_2_the_last_byte_goes_by_itself_unless_there_are_few() {
        for (length, expected) in [
            (1, &[1][..]),
            (1024, &[1024]),
            (1025, &[1024, 1]),
            (16 * 1024, &[16 * 1024 - 1, 1]),
            (16 * 1024 + 1, &[16 * 1024, 1]),
            // The few at the end of many need no byte of their own: they were asked for when there was room.
            (17_000, &[16 * 1024, 616]),
            (40_000, &[16 * 1024, 16 * 1024, 7231, 1]),
        ] {
            assert_eq!(parts(length, true), expected);
        }
        assert_eq!(parts(40_000, false), [16 * 1024, 16 * 1024, 7232]);
    }
}
