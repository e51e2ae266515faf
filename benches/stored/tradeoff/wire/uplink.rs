//! The network from the browser to the server: counted, and narrow if it is to be.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

/// Bytes per second of a narrow one, and as many as it passes on at a time.
const NARROW: f64 = 1e6 / 8.0;
const PACKET: usize = 1_400;

/// Shared by all connections.
#[derive(Clone, Default)]
pub(super) struct Uplink(Arc<Shared>);

#[derive(Default)]
struct Shared {
    octets: AtomicU64,
    is_narrow: AtomicBool,
    /// When it is free again.
    free: Mutex<Option<Instant>>,
}

impl Uplink {
    /// All that has come.
    pub(super) fn octets(&self) -> u64 {
        self.0.octets.load(Ordering::Relaxed)
    }

    pub(super) fn narrow(&self, is_narrow: bool) {
        self.0.is_narrow.store(is_narrow, Ordering::Relaxed);
    }

    /// Takes the line for so many bytes; returns when they are through.
    fn take(&self, octets: usize) -> Instant {
        let mut free = self.0.free.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let through = free.unwrap_or(now).max(now) + Duration::from_secs_f64(octets as f64 / NARROW);
        *free = Some(through);
        through
    }
}

/// A stream over it.
pub(super) struct Counted {
    stream: TcpStream,
    uplink: Uplink,
    /// Until then what was read last is on its way.
    wait: Option<Pin<Box<Sleep>>>,
}

impl Counted {
    pub(super) fn new(stream: TcpStream, uplink: Uplink) -> Self {
        Self { stream, uplink, wait: None }
    }
}

impl AsyncRead for Counted {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if let Some(wait) = &mut this.wait {
            ready!(wait.as_mut().poll(cx));
            this.wait = None;
        }
        let is_narrow = this.uplink.0.is_narrow.load(Ordering::Relaxed);
        let most = if is_narrow { PACKET.min(buf.remaining()) } else { buf.remaining() };
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(most));
        ready!(Pin::new(&mut this.stream).poll_read(cx, &mut part))?;
        let read = part.filled().len();
        buf.advance(read);
        this.uplink.0.octets.fetch_add(read as u64, Ordering::Relaxed);
        if is_narrow {
            this.wait = Some(Box::pin(sleep_until(this.uplink.take(read))));
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Counted {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
