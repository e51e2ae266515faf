//! `Session<T>`: a handler's session.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::request::Parts;

use super::draft::Draft;
use super::exchange::Exchange;
use super::incoming::Accepted;
use super::live::Live;
use super::report::Report;
use super::settings::Event;
use super::slot::Slot;
use super::{ChangeError, Map, SessionData, SessionError};
use crate::Refusal;
use crate::keyring::Key;
use crate::token::{DataClaims, Opened, Sealing};

/// A session's data, lent to one handler at a time.
///
/// It dereferences to `T`. Borrowing it mutably and leaving it with other bytes than before is a change, and a
/// change goes out with the response; nothing has to be called or returned. A change through interior
/// mutability is not seen.
///
/// A change is sent if the response's status is below 500 and not 408; one that comes after the head is
/// [too late](crate#streaming-bodies). [`try_change`](Self::try_change) and [`save`](Self::save) tell a handler
/// whether it *can* be sent.
///
/// Dropping the handle parks the session: the next extractor of this request gets it as it was left. While one
/// handle is alive another is [`SessionError::AlreadyTaken`]; a [`View`](super::View) only looks.
pub struct Session<T: SessionData = Map> {
    live: Arc<Live<T>>,
    slot: Arc<Slot<T>>,
    exchange: Arc<Exchange>,
}

impl<T: SessionData> Session<T> {
    /// Takes the session of a request, as the extractor does.
    ///
    /// # Errors
    /// [`SessionError::NoLayer`], [`NotRegistered`](SessionError::NotRegistered),
    /// [`AlreadyTaken`](SessionError::AlreadyTaken), [`HeadSent`](SessionError::HeadSent).
    pub fn from_parts(parts: &Parts) -> Result<Self, SessionError> {
        let exchange = Exchange::of(parts)?;
        let (slot, live) = exchange.slot::<T>(&parts.headers, true)?;
        Ok(Self { live, slot, exchange: Arc::clone(exchange) })
    }

    /// True if the request brought no session of this type that could be accepted.
    pub fn is_new(&self) -> bool {
        self.live.accepted().is_none()
    }

    #[cfg(feature = "axum")]
    pub(crate) fn exists(&self) -> bool {
        !self.is_new() || self.live.is_borrowed()
    }

    /// The refusal of the request's cookie. For the operator's eyes: a client should not learn it.
    pub fn refused(&self) -> Option<Refusal> {
        self.live.refused()
    }

    /// Resets the data to `T::default()`.
    pub fn clear(&mut self) {
        **self = T::default();
    }

    /// Resets the data to that of the request, or to what was last saved.
    pub fn undo(&mut self) {
        Arc::make_mut(&mut self.live).undo();
        self.slot.changed.store(false, Ordering::Release);
    }

    /// Changes the data all or nothing: if `change` fails, or its result could not be sent, the data is as before.
    ///
    /// ```
    /// # use gingersnap::{ChangeError, Session, SessionData};
    /// # use serde::{Deserialize, Serialize};
    /// # #[derive(Clone, Default, Deserialize, Serialize)]
    /// # struct Cart { lines: Vec<String> }
    /// # impl SessionData for Cart { const TAG: &'static str = "cart"; const VERSION: u16 = 1; }
    /// fn add(cart: &mut Session<Cart>, line: String) -> Result<(), ChangeError<&'static str>> {
    ///     cart.try_change(|cart| {
    ///         if cart.lines.contains(&line) {
    ///             return Err("it is in the cart already");
    ///         }
    ///         cart.lines.push(line);
    ///         Ok(())
    ///     })
    /// }
    /// ```
    ///
    /// # Errors
    /// [`ChangeError::Rejected`] with the closure's error; [`ChangeError::Session`] with
    /// [`DoesNotFit`](SessionError::DoesNotFit), [`Unsettled`](SessionError::Unsettled),
    /// [`Ended`](SessionError::Ended) or [`HeadSent`](SessionError::HeadSent).
    pub fn try_change<R, E>(
        &mut self,
        change: impl FnOnce(&mut T) -> Result<R, E>,
    ) -> Result<R, ChangeError<E>> {
        let before = Live::clone(&self.live);
        let result = change(self).map_err(ChangeError::Rejected);
        let result = result.and_then(|value| self.draft().map(|_| value).map_err(ChangeError::Session));
        if result.is_err() {
            if !before.is_borrowed() {
                self.slot.changed.store(false, Ordering::Release);
            }
            self.live = Arc::new(before);
        }
        result
    }

    /// Seals the session now. The sealed cookie goes out whatever the response's status, except that one saved
    /// under a new identity goes out only with it; a panic sends nothing.
    ///
    /// # Errors
    /// Those of [`try_change`](Self::try_change) and of sealing; the data keeps its changes.
    #[expect(clippy::unused_async, reason = "a session on a server-side store is written here")]
    pub async fn save(&mut self) -> Result<(), SessionError> {
        let Some((saved, field)) = self.seal()? else { return Ok(()) };
        self.slot.keep_saved(field, saved.claims.owner);
        Arc::make_mut(&mut self.live).saved(saved);
        Ok(())
    }

    /// Ends this session: the response removes its cookie. Another browser's copy of the cookie stays valid until its
    /// timeout, because nothing is stored on the server.
    pub fn destroy(self) {
        match self.exchange.open_state() {
            Ok(_open) => self.slot.destroy(),
            Err(_) => self.too_late(),
        }
    }

    /// Puts the session back before the request goes on to an inner handler; [`Parked::take`] gets it again.
    ///
    /// ```
    /// # use gingersnap::{Session, SessionError};
    /// # async fn call_inner_handler() {}
    /// async fn middleware(session: Session) -> Result<(), SessionError> {
    ///     let parked = session.park();
    ///     call_inner_handler().await; // may take the session itself
    ///     let mut session = parked.take()?;
    ///     session.insert("seen", true);
    ///     Ok(())
    /// }
    /// ```
    pub fn park(self) -> Parked<T> {
        Parked { slot: Arc::clone(&self.slot), exchange: Arc::clone(&self.exchange) }
    }

    /// A report on the request's cookie: for pages that show people their own cookies.
    pub fn report(&self) -> Option<Report> {
        Report::of_data(&self.exchange.settings, self.slot.index, &self.live)
    }

    /// The draft that a change needs now, checked against everything but sealing itself.
    fn draft(&self) -> Result<Option<usize>, SessionError> {
        let mut state = self.exchange.open_state()?;
        let settings = &*self.exchange.settings;
        let Some(to) = settings.data.get(self.slot.index) else { return Ok(None) };
        Ok(self.live.draft(to, &mut state.owner(settings))?.map(|draft| draft.plain.len()))
    }

    fn seal(&self) -> Result<Option<(Accepted<DataClaims>, http::HeaderValue)>, SessionError> {
        let mut state = self.exchange.open_state()?;
        let settings = &*self.exchange.settings;
        let Some(to) = settings.data.get(self.slot.index) else { return Ok(None) };
        let Some(draft) = self.live.draft(to, &mut state.owner(settings))? else { return Ok(None) };
        let Draft { plain, claims_len, sealed_at, .. } = &draft;
        let key_id = settings.keyring.with(|ring| ring.active(settings.clock.now()).map(Key::id));
        let key_id = key_id.ok_or(crate::token::SealError::NoActiveKey)?;
        let opened = Opened::of_own(plain.clone(), *sealed_at, key_id);
        let (claims, _) = DataClaims::read(*sealed_at, opened.plain())
            .map_err(|refusal| SessionError::NotEncodable(refusal.to_string()))?;
        let mut accepted = Accepted { claims, opened, data_start: *claims_len, octets: 0 };
        let random = settings.random::<{ Sealing::RANDOM_LEN }>()?;
        let field = draft.seal(settings, random)?;
        accepted.octets =
            field.as_bytes().iter().position(|&byte| byte == b';').unwrap_or(0).saturating_sub(1);
        Ok(Some((accepted, field)))
    }

    /// Notes a first change, unless it comes after the head and is lost.
    #[cold]
    fn first_change(&self) {
        match self.exchange.open_state() {
            Ok(_open) => self.slot.changed.store(true, Ordering::Release),
            Err(_) => self.too_late(),
        }
    }

    fn too_late(&self) {
        if let Some(data) = self.exchange.settings.data.get(self.slot.index) {
            let cookie = data.sealed.cookie.name().into();
            self.exchange.settings.observer.event(&Event::ChangedTooLate { cookie });
        }
    }
}

impl<T: SessionData> Deref for Session<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.live.data
    }
}

impl<T: SessionData> DerefMut for Session<T> {
    fn deref_mut(&mut self) -> &mut T {
        if Arc::make_mut(&mut self.live).before_change() {
            self.first_change();
        }
        &mut Arc::make_mut(&mut self.live).data
    }
}

impl<T: SessionData> Drop for Session<T> {
    fn drop(&mut self) {
        self.slot.park(Arc::clone(&self.live));
    }
}

impl<T: SessionData> fmt::Debug for Session<T> {
    /// Never the data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("is_new", &self.is_new()).finish_non_exhaustive()
    }
}

/// A session that waits until the inner handler is done.
pub struct Parked<T: SessionData = Map> {
    slot: Arc<Slot<T>>,
    exchange: Arc<Exchange>,
}

impl<T: SessionData> Parked<T> {
    /// Takes the session again, as the inner handler left it.
    ///
    /// # Errors
    /// [`SessionError::AlreadyTaken`] while somebody else holds it, [`SessionError::HeadSent`].
    pub fn take(self) -> Result<Session<T>, SessionError> {
        self.slot.refresh(&mut self.exchange.open_state()?.owner(&self.exchange.settings));
        Ok(Session { live: self.slot.take()?, slot: self.slot, exchange: self.exchange })
    }
}

impl<T: SessionData> fmt::Debug for Parked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parked").finish_non_exhaustive()
    }
}

/// A session's data, read-only. Any number may be held at once, but not while a [`Session`] is.
pub struct View<T: SessionData = Map> {
    live: Arc<Live<T>>,
    index: usize,
    exchange: Arc<Exchange>,
}

impl<T: SessionData> View<T> {
    /// Looks at the session of a request, as the extractor does.
    ///
    /// # Errors
    /// Those of [`Session::from_parts`].
    pub fn from_parts(parts: &Parts) -> Result<Self, SessionError> {
        let exchange = Exchange::of(parts)?;
        let (slot, live) = exchange.slot::<T>(&parts.headers, false)?;
        Ok(Self { live, index: slot.index, exchange: Arc::clone(exchange) })
    }

    /// True if the request brought no session of this type that could be accepted.
    pub fn is_new(&self) -> bool {
        self.live.accepted().is_none()
    }

    #[cfg(feature = "axum")]
    pub(crate) fn exists(&self) -> bool {
        !self.is_new() || self.live.is_borrowed()
    }

    /// A report on the request's cookie: for pages that show people their own cookies.
    pub fn report(&self) -> Option<Report> {
        Report::of_data(&self.exchange.settings, self.index, &self.live)
    }
}

impl<T: SessionData> Deref for View<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.live.data
    }
}

impl<T: SessionData> fmt::Debug for View<T> {
    /// Never the data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View").field("is_new", &self.is_new()).finish_non_exhaustive()
    }
}
