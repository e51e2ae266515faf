//! One connection, from accept to close.
//!
//! [`Gate`] lets at most a set number of them in, and holds each to three rules that the HTTP library
//! does not have:
//!
//! 1. it is closed when no request was in flight for a while. For HTTP/1 the header timeout does this;
//!    HTTP/2 has none after the first request, and pings would keep a connection for ever;
//! 2. it is closed when the client stops reading its response;
//! 3. its place is free again only when its stream is dropped.
//!
//! It works below TLS, so that the handshake's time counts too.

mod activity;
mod stream;

use std::future::{Ready, ready};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use crate::limits::Limits;
use activity::{Activity, Watched};
use stream::Guarded;

/// Accepts a connection if there is room.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    places: Arc<Semaphore>,
    size: usize,
    full: Arc<AtomicBool>,
    patience: Duration,
    plain: bool,
}

impl Gate {
    /// A gate with `limits.connections` places; `plain` if the stream is HTTP without TLS.
    pub(crate) fn new(limits: &Limits, plain: bool) -> Self {
        let places = limits.connections.min(Semaphore::MAX_PERMITS);
        Self {
            places: Arc::new(Semaphore::new(places)),
            size: places,
            full: Arc::default(),
            patience: limits.phase,
            plain,
        }
    }

    /// Connections that are in.
    pub(crate) fn in_use(&self) -> usize {
        self.size.saturating_sub(self.places.available_permits())
    }

    fn admit<S>(&self, stream: TcpStream, service: S) -> io::Result<(Guarded, Watched<S>)> {
        let Ok(place) = Arc::clone(&self.places).try_acquire_owned() else {
            self.turn_away(&stream);
            return Err(io::Error::new(io::ErrorKind::ConnectionRefused, "no place is free"));
        };
        self.full.store(false, Ordering::Relaxed);
        stream.set_nodelay(true)?;
        let activity = Arc::new(Activity::new());
        Ok((
            Guarded::new(stream, place, Arc::clone(&activity), self.patience),
            Watched::new(service, activity),
        ))
    }

    /// Says so where the client can read it, and to the operator once until there is room again.
    fn turn_away(&self, stream: &TcpStream) {
        if self.plain {
            // It is turned away all the same.
            drop(stream.try_write(BUSY));
        }
        if !self.full.swap(true, Ordering::Relaxed) {
            tracing::warn!("every connection is taken: turning more away");
        }
    }
}

impl<S> Accept<TcpStream, S> for Gate {
    type Stream = Guarded;
    type Service = Watched<S>;
    type Future = Ready<io::Result<(Guarded, Watched<S>)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(self.admit(stream, service))
    }
}

const BUSY: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
