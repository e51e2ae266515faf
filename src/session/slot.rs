//! The place of a session while no handler holds it, and its fate in the end.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderValue;

use super::draft::Outgoing;
use super::error::short_name;
use super::identity_state::{IdentityState, Tie};
use super::live::{Live, Origin, open};
use super::owner::Owner;
use super::settings::DataUse;
use super::{SessionData, SessionError};
use crate::token::SessionId;

/// A session in a handler's hands, and the slot it goes back to.
pub(crate) type Held<T> = (Arc<Slot<T>>, Arc<Live<T>>);

/// The place of one type's session in an exchange.
pub(crate) struct Slot<T> {
    pub(crate) index: usize,
    /// True if a handle borrowed the data mutably.
    pub(crate) changed: AtomicBool,
    place: Mutex<Place<T>>,
}

struct Place<T> {
    content: Content<T>,
    /// True if the cookie goes unless a later change sets it anew.
    destroyed: bool,
    saved: Option<Saved>,
}

/// The cookie that `save()` sealed, and its owner.
struct Saved {
    field: HeaderValue,
    owner: Option<SessionId>,
}

enum Content<T> {
    Parked(Arc<Live<T>>),
    Lent,
    Destroyed,
    /// The handler panicked while it held the session.
    Discarded,
}

impl<T: SessionData> Slot<T> {
    /// Opens the request's cookie, and lends the session or shows it.
    pub(crate) fn open(index: usize, owner: &mut Owner<'_>, lend: bool) -> (Self, Arc<Live<T>>) {
        let live = Arc::new(match owner.settings.data.get(index) {
            Some(data) => open(data, owner),
            None => Live::fresh(Origin::Absent),
        });
        let content = if lend { Content::Lent } else { Content::Parked(Arc::clone(&live)) };
        let place = Place { content, destroyed: false, saved: None };
        (Self { index, changed: AtomicBool::new(false), place: Mutex::new(place) }, live)
    }

    fn place(&self) -> MutexGuard<'_, Place<T>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lends the session out.
    pub(crate) fn take(&self) -> Result<Arc<Live<T>>, SessionError> {
        let mut place = self.place();
        match std::mem::replace(&mut place.content, Content::Lent) {
            Content::Parked(live) => Ok(live),
            Content::Lent => Err(SessionError::AlreadyTaken(short_name::<T>())),
            Content::Destroyed | Content::Discarded => Ok(Arc::new(Live::fresh(Origin::Ended))),
        }
    }

    /// The session, to look at.
    pub(crate) fn look(&self) -> Result<Arc<Live<T>>, SessionError> {
        match &self.place().content {
            Content::Parked(live) => Ok(Arc::clone(live)),
            Content::Lent => Err(SessionError::AlreadyTaken(short_name::<T>())),
            Content::Destroyed | Content::Discarded => Ok(Arc::new(Live::fresh(Origin::Ended))),
        }
    }

    /// Takes the session back. A panic leaves nothing of it, not even what was saved.
    pub(crate) fn park(&self, live: Arc<Live<T>>) {
        let mut place = self.place();
        if matches!(place.content, Content::Lent) {
            if std::thread::panicking() {
                self.reset(&mut place, Content::Discarded);
            } else {
                place.content = Content::Parked(live);
            }
        }
    }

    pub(crate) fn destroy(&self) {
        self.reset(&mut self.place(), Content::Destroyed);
    }

    fn reset(&self, place: &mut Place<T>, content: Content<T>) {
        let destroyed = place.destroyed || matches!(content, Content::Destroyed);
        *place = Place { content, destroyed, saved: None };
        self.changed.store(false, Ordering::Release);
    }

    /// Prepares to lend or show the session: an ended owner's is forgotten; one lost to a panic, or whose owner may have
    /// signed in again, is opened again.
    pub(crate) fn refresh(&self, owner: &mut Owner<'_>) {
        let mut place = self.place();
        match &place.content {
            Content::Parked(live) if live.is_ended(owner.identity) => {
                self.reset(&mut place, Content::Parked(Arc::new(Live::fresh(Origin::Ended))));
            }
            Content::Parked(live) if !live.may_come_back() => {}
            Content::Parked(_) | Content::Discarded => {
                let live = owner.settings.data.get(self.index).map(|data| open(data, owner));
                if let Some(live) = live {
                    place.content = Content::Parked(Arc::new(live));
                }
            }
            Content::Lent | Content::Destroyed => {}
        }
    }

    pub(crate) fn keep_saved(&self, field: HeaderValue, owner: Option<SessionId>) {
        self.place().saved = Some(Saved { field, owner });
        self.changed.store(false, Ordering::Release);
    }
}

/// A slot whose type is not known where the response is decided.
pub(crate) trait AnySlot: Any + Send + Sync {
    /// Decides about the session's cookie; `false` if it stands as the request brought it.
    fn decide<'s>(
        &self,
        to: &'s DataUse,
        owner: &mut Owner<'_>,
        outgoing: &mut Outgoing<'s>,
    ) -> Result<bool, SessionError>;

    /// The cookie that `save()` sealed, for when nothing else is sent. One saved under an identity that is not sent
    /// either would belong to nobody.
    fn saved(&self, identity: &IdentityState) -> Option<HeaderValue>;
}

impl<T: SessionData> AnySlot for Slot<T> {
    fn decide<'s>(
        &self,
        to: &'s DataUse,
        owner: &mut Owner<'_>,
        outgoing: &mut Outgoing<'s>,
    ) -> Result<bool, SessionError> {
        let place = self.place();
        let decided = match (&place.content, &place.saved) {
            (Content::Parked(live), saved) => {
                return live.decide(to, saved.as_ref().map(|saved| &saved.field), owner, outgoing);
            }
            (Content::Destroyed, _) => outgoing.remove(&to.sealed.cookie),
            (Content::Lent, _) if self.changed.load(Ordering::Acquire) => Err(held(to)),
            (Content::Lent, None) if place.destroyed => outgoing.remove(&to.sealed.cookie),
            (_, None) => return Ok(false),
            (_, Some(saved)) => match saved.owner.map(|id| owner.identity.tie(id)) {
                Some(Tie::Follows) => Err(held(to)),
                Some(tie) if tie.is_over() => outgoing.remove(&to.sealed.cookie),
                _ => {
                    outgoing.ready(saved.field.clone());
                    Ok(())
                }
            },
        };
        decided.map(|()| true)
    }

    fn saved(&self, identity: &IdentityState) -> Option<HeaderValue> {
        let place = self.place();
        place
            .saved
            .as_ref()
            .filter(|saved| saved.owner == identity.brought())
            .map(|saved| saved.field.clone())
    }
}

fn held(to: &DataUse) -> SessionError {
    SessionError::HeldPastHead(to.sealed.cookie.name().into())
}
