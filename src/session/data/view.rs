//! `View<T>`: a read-only session.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use http::request::Parts;

use super::SessionData;
use super::live::Live;
use crate::session::exchange::Exchange;
use crate::session::report::Report;
use crate::session::{Map, SessionError};

/// A session's data, read-only. Any number may be held at once, but not while a [`Session`](super::Session) is held.
pub struct View<T: SessionData = Map> {
    live: Arc<Live<T>>,
    index: usize,
    exchange: Arc<Exchange>,
}

impl<T: SessionData> View<T> {
    /// Looks at the session of a request, as the extractor does.
    ///
    /// # Errors
    /// Those of [`Session::from_parts`](super::Session::from_parts).
    pub async fn from_parts(parts: &Parts) -> Result<Self, SessionError> {
        let (exchange, index) = Exchange::with::<T>(parts)?;
        if let Some(loading) = exchange.load(index, parts)? {
            loading.await?;
        }
        let live = exchange.take::<T>(index, parts, false)?;
        Ok(Self { live, index, exchange: Arc::clone(exchange) })
    }

    /// True if the request brought no session of this type that could be accepted.
    pub fn is_new(&self) -> bool {
        !self.live.origin.is_found()
    }

    #[cfg(feature = "axum")]
    pub(crate) fn exists(&self) -> bool {
        !self.is_new() || self.live.origin.is_borrowed()
    }

    /// A report on the request's cookie: for pages that show people their own cookies.
    pub fn report(&self) -> Option<Report> {
        self.exchange.report(self.index, &*self.live)
    }
}

impl<T: SessionData> Deref for View<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.live.data
    }
}

impl<T: SessionData> fmt::Debug for View<T> {
    /// Never shows the data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("is_new", &self.is_new()).finish_non_exhaustive()
    }
}
