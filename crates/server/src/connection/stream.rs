//! A stream that ends when its client is idle or does not read.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

use super::activity::{Activity, Found};
use super::places::Place;
use crate::metrics::{self, Closed};

/// A TCP stream with its place and its two timers.
#[derive(Debug)]
pub(crate) struct Guarded {
    stream: TcpStream,
    _place: Place,
    activity: Arc<Activity>,
    patience: Duration,
    look: Pin<Box<Sleep>>,
    behind: Option<Behind>,
}

/// Bytes that the client has not taken yet.
#[derive(Debug)]
struct Behind {
    timer: Pin<Box<Sleep>>,
    /// Bytes that it has taken since the timer was set.
    taken: usize,
}

impl Guarded {
    pub(super) fn new(stream: TcpStream, place: Place, activity: Arc<Activity>, patience: Duration) -> Self {
        let look = Box::pin(sleep(patience));
        Self { stream, _place: place, activity, patience, look, behind: None }
    }

    /// Ready when the client left the connection alone for too long, or a response.
    ///
    /// The timer is not reset by each request; when it fires, it looks how long it really was.
    fn poll_look(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        loop {
            ready!(self.look.as_mut().poll(cx));
            match self.activity.look(Instant::now(), self.patience, self.behind.is_some()) {
                Found::Fine(until) => self.look.as_mut().reset(until),
                Found::Idle => return Poll::Ready(closed(Closed::Idle)),
                Found::Unread => return Poll::Ready(closed(Closed::Unread)),
            }
        }
    }

    /// Passes on what a write came to, unless the client has taken too little for too long.
    fn poll_written(
        &mut self,
        cx: &mut Context<'_>,
        written: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if let Poll::Ready(result) = written {
            if let (Some(behind), Ok(taken)) = (&mut self.behind, &result) {
                behind.taken = behind.taken.saturating_add(*taken);
            }
            return Poll::Ready(result);
        }
        let patience = self.patience;
        let behind = self.behind.get_or_insert_with(|| Behind { timer: Box::pin(sleep(patience)), taken: 0 });
        loop {
            ready!(behind.timer.as_mut().poll(cx));
            if behind.taken < LEAST {
                return Poll::Ready(Err(closed(Closed::Slow)));
            }
            behind.taken = 0;
            behind.timer.as_mut().reset(Instant::now() + patience);
        }
    }
}

/// Counts the end of a connection by its server.
fn closed(why: Closed) -> io::Error {
    metrics::closed(why);
    io::Error::new(io::ErrorKind::TimedOut, why.text())
}

impl AsyncRead for Guarded {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Poll::Ready(error) = this.poll_look(cx) {
            return Poll::Ready(Err(error));
        }
        Pin::new(&mut this.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, buf);
        this.poll_written(cx, written)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write_vectored(cx, bufs);
        this.poll_written(cx, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// Whoever flushes has nothing left to write: the client has caught up.
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        this.behind = None;
        Pin::new(&mut this.stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

/// Bytes that a client takes in the time for a phase, if so many wait for it.
const LEAST: usize = 16 * 1024;
