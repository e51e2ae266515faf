//! The access log: an event a request, once the last of its answer was taken or given up.
//!
//! It has the path without the query, and no field of a head: a cookie or a token is in none of it.

use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use http_body::{Frame, SizeHint};
use pin_project_lite::pin_project;

use super::{micros, start_of};
use crate::connection::Client;

/// Logs each request.
pub(crate) async fn log(request: Request, next: Next) -> Response {
    let mut entry = Entry {
        method: request.method().clone(),
        path: start_of(request.uri().path()).to_owned(),
        client: request.extensions().get().map(|Client(address)| *address),
        started: Instant::now(),
        status: None,
        bytes: 0,
    };
    let response = next.run(request).await;
    entry.status = Some(response.status().as_u16());
    response.map(|inner| Body::new(Counted { inner, entry }))
}

/// A line, written when it is dropped.
struct Entry {
    method: Method,
    path: String,
    client: Option<SocketAddr>,
    started: Instant,
    /// None if the client went before there was an answer.
    status: Option<u16>,
    bytes: u64,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let Self { path, status, bytes, .. } = self;
        let (method, path) = (start_of(self.method.as_str()), path.as_str());
        let client = self.client.map(tracing::field::display);
        let us = micros(self.started.elapsed());
        tracing::info!(target: TARGET, method, path, status, bytes, us, client, "request");
    }
}

pin_project! {
    /// A body whose bytes are counted.
    struct Counted {
        #[pin]
        inner: Body,
        entry: Entry,
    }
}

impl http_body::Body for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let this = self.project();
        let frame = ready!(this.inner.poll_frame(cx));
        if let Some(data) = frame.as_ref().and_then(|it| it.as_ref().ok()).and_then(Frame::data_ref) {
            this.entry.bytes = this.entry.bytes.saturating_add(data.len() as u64);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// What selects these events alone.
pub(super) const TARGET: &str = "gingersnap_server::access";
