//! Limits on one client's use of the server.

use std::time::Duration;

/// The bounds that every connection and every request is held to.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time.
    pub(crate) connections: usize,
    /// Connections of one address at a time.
    pub(crate) per_address: Option<usize>,
    /// A request's head from the connection's beginning (TLS handshake included) or from the previous
    /// response; then the same again for its body and the answer; then for each 16 KiB of the answer that the client is to
    /// take.
    pub(crate) phase: Duration,
    /// Bytes of a request's head: request line and fields.
    pub(crate) head_bytes: usize,
    /// Fields of a request's head.
    pub(crate) head_fields: usize,
    /// Bytes of a request's body.
    pub(crate) body_bytes: usize,
    /// HTTP/2 streams at a time on one connection.
    pub(crate) streams: u32,
}

impl Default for Limits {
    /// 1,024 connections, 128 of one address, ten seconds for a request.
    fn default() -> Self {
        Self::new(1024, Duration::from_secs(10))
    }
}

impl Limits {
    /// The default bounds with these two of the operator's: most connections at a time, and the time that a client has to
    /// send a request.
    ///
    /// Head (with the TLS handshake) and body have half of `client_timeout` each, so that together they never exceed it.
    /// A head has at most 64 fields and 64 KiB, a body 16 KiB, a connection 64 streams of HTTP/2 at a time.
    pub fn new(connections: u32, client_timeout: Duration) -> Self {
        Self {
            connections: usize::try_from(connections).unwrap_or(usize::MAX),
            per_address: Some(PER_ADDRESS),
            phase: client_timeout / 2,
            head_bytes: 64 * 1024,
            head_fields: 64,
            body_bytes: 16 * 1024,
            streams: 64,
        }
    }

    /// Most connections of one address at a time; 128 unless set. `None` is for where a proxy's address is everybody's, if it
    /// is not among the [`Settings::proxies`](crate::Settings::proxies). Of IPv6 a network of 64 bits counts as one address.
    #[must_use]
    pub fn per_address(self, most: Option<u32>) -> Self {
        let most = most.map(|most| usize::try_from(most).unwrap_or(usize::MAX));
        Self { per_address: most, ..self }
    }

    /// The HTTP library's own bound on a head, which is not exact: above ours, so that ours decides.
    pub(crate) const fn head_buffer(&self) -> usize {
        2 * self.head_bytes
    }

    /// The HTTP library's own bound on fields: above ours, so that ours decides.
    pub(crate) const fn head_field_slots(&self) -> usize {
        2 * self.head_fields
    }

    /// The same for HTTP/2, whose size of a field list adds 32 to each field.
    pub(crate) fn header_list(&self) -> u32 {
        u32::try_from(self.head_bytes + 32 * self.head_field_slots()).unwrap_or(u32::MAX)
    }
}

/// An eighth of the connections: eight addresses take them all. Enough for twenty browsers behind one address over HTTP/1.
const PER_ADDRESS: usize = 128;
