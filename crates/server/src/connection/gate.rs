//! The way in: a place, or an answer that there is none.

use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum_server::accept::Accept;
use tokio::net::TcpStream;

use super::activity::Activity;
use super::places::Places;
use super::proxies::Proxies;
use super::stream::Guarded;
use super::watched::{Client, Watched};
use crate::limits::Limits;
use crate::metrics::{self, TurnedAway};

/// Accepts a connection if there is room.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    places: Places,
    full: Arc<AtomicBool>,
    patience: Duration,
    plain: bool,
}

impl Gate {
    /// A gate with `limits.connections` places; `plain` if the stream is HTTP without TLS.
    pub(crate) fn new(limits: &Limits, proxies: Proxies, plain: bool) -> Self {
        Self {
            places: Places::new(limits.connections, limits.per_address, proxies),
            full: Arc::default(),
            patience: limits.phase,
            plain,
        }
    }

    /// Connections that are in.
    pub(crate) fn in_use(&self) -> usize {
        self.places.in_use()
    }

    fn admit<S>(&self, stream: TcpStream, service: S) -> io::Result<(Guarded, Watched<S>)> {
        let client = stream.peer_addr()?;
        let from = client.ip();
        let place = self.places.take(from).map_err(|why| self.turn_away(&stream, from, why))?;
        self.full.store(false, Ordering::Relaxed);
        stream.set_nodelay(true)?;
        let activity = Arc::new(Activity::new());
        Ok((
            Guarded::new(stream, place, Arc::clone(&activity), self.patience),
            Watched::new(service, Client(client), activity),
        ))
    }

    /// Says so where the client can read it, and to the operator once until there is room again.
    fn turn_away(&self, stream: &TcpStream, from: IpAddr, why: TurnedAway) -> io::Error {
        metrics::turned_away(why);
        if self.plain {
            // It is turned away all the same.
            drop(stream.try_write(BUSY));
        }
        if why == TurnedAway::OneAddress {
            // Whoever it is decides how often: the metrics count.
            tracing::debug!(%from, "too many connections from one address: turning more away");
        } else if !self.full.swap(true, Ordering::Relaxed) {
            tracing::warn!("every connection is taken: turning more away");
        }
        io::Error::new(io::ErrorKind::ConnectionRefused, "no place is free")
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
