//! `Session<T>`: a handler's session.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use http::request::Parts;

use super::SessionData;
use super::live::Live;
use super::slot::Slot;
use crate::Refusal;
use crate::session::exchange::Exchange;
use crate::session::report::Report;
use crate::session::{ChangeError, Map, SessionError};

/// A session's data, lent to one handler at a time.
///
/// It dereferences to `T`. If you borrow it mutably and leave it with other bytes than before, that is a change, and a change
/// goes out with the response. You need not call or return anything. A change through interior mutability alone is not seen.
///
/// It holds the data of the person who is signed in, or a guest's. A change belongs to whoever is signed in at its first mutable
/// borrow, and the borrow gives their data. So a handle may be held over a [`sign_in`](crate::Identity::sign_in) or a
/// [`sign_out`](crate::Identity::sign_out): the next change after it begins with the data of whoever is there then.
///
/// A change is sent if the response's status is below 500 and not 408; one that comes after the head is
/// [too late](crate#streaming-bodies). [`try_change`](Self::try_change) and [`save`](Self::save) tell a handler
/// whether it *can* be sent.
///
/// Dropping the handle parks the session: the next extractor of this request gets it as it was left. While one
/// handle is alive another is [`SessionError::AlreadyTaken`]; a [`View`](super::View) only looks.
pub struct Session<T: SessionData = Map> {
    live: Arc<Live<T>>,
    index: usize,
    exchange: Arc<Exchange>,
}

impl<T: SessionData> Session<T> {
    /// Takes the session of a request, as the extractor does.
    ///
    /// # Errors
    /// [`SessionError::NoLayer`], [`NotRegistered`](SessionError::NotRegistered),
    /// [`AlreadyTaken`](SessionError::AlreadyTaken), [`HeadSent`](SessionError::HeadSent).
    pub async fn from_parts(parts: &Parts) -> Result<Self, SessionError> {
        let (exchange, index) = Exchange::with::<T>(parts)?;
        if let Some(loading) = exchange.load(index, parts)? {
            loading.await?;
        }
        let live = exchange.take::<T>(index, parts, true)?;
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

    /// The refusal of the request's cookie. For the operator's eyes: a client should not learn it.
    pub fn refused(&self) -> Option<Refusal> {
        self.live.origin.refused()
    }

    /// Resets the data to `T::default()`.
    pub fn clear(&mut self) {
        **self = T::default();
    }

    /// Resets the data to that of the request, or to what was last saved.
    pub fn undo(&mut self) {
        let live = Arc::make_mut(&mut self.live);
        let mut state = self.exchange.state();
        self.exchange.at(&mut state, self.index, |slot, who| slot.undo(live, who));
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
        let (before, was_changed) = (Live::clone(&self.live), self.live.origin.is_borrowed());
        let result = change(self).map_err(ChangeError::Rejected);
        let result = result.and_then(|value| {
            let checked = self.exchange.check(self.index, Arc::make_mut(&mut self.live), Slot::draft);
            checked.map(|_| value).map_err(ChangeError::Session)
        });
        if result.is_err() {
            self.live = Arc::new(before);
            let mut state = self.exchange.state();
            self.exchange.at(&mut state, self.index, |slot, _| slot.is_changed = was_changed);
        }
        result
    }

    /// Seals the session now, changed or not, unless the browser has it already; a fresh session is kept too, and the next
    /// request finds it as it is now. The sealed cookie goes out whatever the response's status. One exception: a session saved
    /// under a new identity goes out only with it. A panic sends nothing.
    ///
    /// # Errors
    /// Those of [`try_change`](Self::try_change) and of sealing; the data keeps its changes.
    pub async fn save(&mut self) -> Result<(), SessionError> {
        self.exchange.save(self.index, &mut self.live).await
    }

    /// Changes the session as it is *now*, and stores it at once. On a server-side store no other request's change is lost, and
    /// none is made twice. Pending changes are stored first.
    ///
    /// The closure runs again on the newest data whenever another request was faster, for up to 5 seconds: let it do nothing but
    /// the change. For a session in a cookie, this is a change and [`save`](Self::save).
    ///
    /// ```
    /// # use gingersnap::{Map, Session, SessionError};
    /// async fn count(mut session: Session<Map>) -> Result<String, SessionError> {
    ///     session.commit(|it| it.update("visits", |visits: &mut u32| *visits += 1)).await?;
    ///     Ok(format!("visit {:?}", session.get::<u32>("visits")))
    /// }
    /// ```
    ///
    /// # Errors
    /// Those of [`save`](Self::save), and [`SessionError::Conflict`] if others were faster all the time, or if the session became
    /// somebody else's. The change is undone then.
    pub async fn commit<R>(&mut self, change: impl FnMut(&mut T) -> R) -> Result<R, SessionError> {
        self.exchange.change_newest(self.index, &mut self.live, change).await
    }

    /// Ends this session: the response removes the person's cookie and a guest's beside it, and their rows if it is in a store.
    /// If it is in a cookie, another browser's copy of it stays valid until its timeout.
    pub fn destroy(self) {
        match self.exchange.open() {
            Ok(mut state) => {
                self.exchange.at(&mut state, self.index, Slot::destroy);
            }
            Err(_) => self.exchange.too_late(self.index),
        }
    }

    /// Puts the session back before the request goes on to an inner handler; [`Parked::take`] gets it back.
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
        Parked { index: self.index, exchange: Arc::clone(&self.exchange), of: PhantomData }
    }

    /// A report on the request's cookie: for pages that show people their own cookies.
    pub fn report(&self) -> Option<Report> {
        self.exchange.report(self.index, &*self.live)
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
        let live = Arc::make_mut(&mut self.live);
        if !live.origin.is_borrowed() || live.origin.era != self.exchange.era() {
            self.exchange.begin_change(self.index, live);
        }
        &mut live.data
    }
}

impl<T: SessionData> Drop for Session<T> {
    fn drop(&mut self) {
        self.exchange.park(self.index, Arc::<Live<T>>::clone(&self.live));
    }
}

impl<T: SessionData> fmt::Debug for Session<T> {
    /// Never shows the data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("is_new", &self.is_new()).finish_non_exhaustive()
    }
}

/// A session that waits until the inner handler is done.
pub struct Parked<T: SessionData = Map> {
    index: usize,
    exchange: Arc<Exchange>,
    of: PhantomData<fn() -> T>,
}

impl<T: SessionData> Parked<T> {
    /// Takes the session back, as the inner handler left it.
    ///
    /// # Errors
    /// [`SessionError::AlreadyTaken`] while somebody else holds it, [`SessionError::HeadSent`].
    pub fn take(self) -> Result<Session<T>, SessionError> {
        let live = self.exchange.take_again::<T>(self.index)?;
        Ok(Session { live, index: self.index, exchange: self.exchange })
    }
}

impl<T: SessionData> fmt::Debug for Parked<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Parked").finish_non_exhaustive()
    }
}
