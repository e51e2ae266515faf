//! Where a session waits while no handler holds it, and what becomes of it in the end.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderValue;

use super::draft::{Draft, Outgoing};
use super::exchange::{Owner, State, short_name};
use super::identity_state::{IdentityState, Tie};
use super::incoming::{self, Accepted};
use super::settings::{DataUse, Settings};
use super::{SessionData, SessionError, data, fields};
use crate::token::{DataClaims, SessionId};
use crate::{Refusal, RefusalClass};

/// A session's data, where it came from, and how it was before its first mutable borrow.
#[derive(Clone)]
pub(crate) struct Live<T> {
    pub(crate) data: T,
    pub(crate) origin: Origin,
    before: Before,
}

/// What the request's cookie was.
#[derive(Clone)]
pub(crate) enum Origin {
    /// There was none, or it was another owner's.
    Absent,
    /// It belonged to an identity that this request ended: it goes when the response is sent.
    Ended,
    Refused(Refusal),
    Accepted(Accepted<DataClaims>),
}

/// The data's bytes before its first mutable borrow.
#[derive(Clone)]
enum Before {
    NotBorrowed,
    AsOpened,
    Bytes(Vec<u8>),
}

impl<T: SessionData> Live<T> {
    fn fresh(origin: Origin) -> Self {
        Self { data: T::default(), origin, before: Before::NotBorrowed }
    }

    pub(crate) fn accepted(&self) -> Option<&Accepted<DataClaims>> {
        match &self.origin {
            Origin::Accepted(accepted) => Some(accepted),
            _ => None,
        }
    }

    pub(crate) fn refused(&self) -> Option<Refusal> {
        match self.origin {
            Origin::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }

    /// Remembers the bytes of the same instance before it is first changed; returns whether this was the first time.
    ///
    /// A `HashMap` keeps its order within one instance, so an unordered type compares right as well.
    pub(crate) fn before_change(&mut self) -> bool {
        if self.is_borrowed() {
            return false;
        }
        // What cannot be encoded now is an error when the session is sent.
        let bytes = data::to_bytes(&self.data, self.hint()).unwrap_or_default();
        self.before = match self.accepted() {
            Some(accepted) if accepted.data() == bytes => Before::AsOpened,
            _ => Before::Bytes(bytes),
        };
        true
    }

    /// Whether it was ever borrowed mutably.
    pub(crate) const fn is_borrowed(&self) -> bool {
        !matches!(self.before, Before::NotBorrowed)
    }

    /// Back to how it was before its first change.
    pub(crate) fn undo(&mut self) {
        if !self.is_borrowed() {
            return;
        }
        let opened = self.accepted().and_then(|it| data::decode(it.claims.version, it.data()).ok());
        self.data = opened.unwrap_or_default();
        self.before = Before::NotBorrowed;
    }

    /// The token that a change needs; none if the bytes are those before the first mutable borrow.
    ///
    /// # Errors
    /// [`SessionError::Ended`], or what was one owner's would be sealed for another.
    pub(crate) fn draft<'s>(
        &self,
        to: &'s DataUse,
        owner: &mut Owner<'_>,
    ) -> Result<Option<Draft<'s>>, SessionError> {
        let before = match &self.before {
            Before::NotBorrowed => return Ok(None),
            Before::AsOpened => self.accepted().map(Accepted::data).unwrap_or_default(),
            Before::Bytes(bytes) => bytes,
        };
        let settings = owner.settings;
        let identity = owner.read();
        if self.is_ended(identity) {
            return Err(SessionError::Ended);
        }
        let facts = identity.current();
        let draft = Draft::of(settings, to, &self.data, self.hint(), self.accepted(), facts)?;
        if draft.data() == before {
            return Ok(None);
        }
        let unsettled = self.refused().filter(|refusal| refusal.class() == RefusalClass::Unsettled);
        if let Some(refusal) = unsettled.or(owner.identity.unsettled()) {
            return Err(SessionError::Unsettled(refusal));
        }
        draft.check(settings, || fields::sizes(&self.data))?;
        Ok(Some(draft))
    }

    /// After `save`: what was sealed is what the next change is compared with.
    pub(crate) fn saved(&mut self, accepted: Accepted<DataClaims>) {
        self.origin = Origin::Accepted(accepted);
        self.before = Before::NotBorrowed;
    }

    /// Whether this request ended the identity that the data belongs to.
    fn is_ended(&self, identity: &IdentityState) -> bool {
        let owner = self.accepted().and_then(|accepted| accepted.claims.owner);
        owner.is_some_and(|id| identity.tie(id).is_over())
    }

    /// About how many bytes the data takes.
    fn hint(&self) -> usize {
        self.accepted().map_or(0, |accepted| accepted.data().len()) + 32
    }
}

/// A session in somebody's hands, and where it goes back to.
pub(crate) type Held<T> = (Arc<Slot<T>>, Arc<Live<T>>);

/// The place of one type's session in an exchange.
pub(crate) struct Slot<T> {
    pub(crate) index: usize,
    /// Whether a handle borrowed the data mutably.
    pub(crate) changed: AtomicBool,
    place: Mutex<Place<T>>,
}

struct Place<T> {
    content: Content<T>,
    saved: Option<Saved>,
}

/// What `save()` sealed, and for whom.
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
    pub(crate) fn open(
        index: usize,
        settings: &Settings,
        state: &mut State,
        lend: bool,
    ) -> (Self, Arc<Live<T>>) {
        let live = Arc::new(match settings.data.get(index) {
            Some(data) => open(settings, data, state),
            None => Live::fresh(Origin::Absent),
        });
        let content = if lend { Content::Lent } else { Content::Parked(Arc::clone(&live)) };
        let place = Place { content, saved: None };
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
        *place = Place { content, saved: None };
        self.changed.store(false, Ordering::Release);
    }

    /// Before the session is lent or shown: an ended owner's is forgotten, and one lost to a panic opened again.
    pub(crate) fn refresh(&self, settings: &Settings, state: &mut State) {
        let mut place = self.place();
        match &place.content {
            Content::Parked(live) if live.is_ended(&state.identity) => {
                self.reset(&mut place, Content::Parked(Arc::new(Live::fresh(Origin::Ended))));
            }
            Content::Discarded => {
                let live = settings.data.get(self.index).map(|data| open(settings, data, state));
                if let Some(live) = live {
                    place.content = Content::Parked(Arc::new(live));
                }
            }
            _ => {}
        }
    }

    pub(crate) fn keep_saved(&self, field: HeaderValue, owner: Option<SessionId>) {
        self.place().saved = Some(Saved { field, owner });
        self.changed.store(false, Ordering::Release);
    }
}

fn open<T: SessionData>(settings: &Settings, data: &DataUse, state: &mut State) -> Live<T> {
    let mut owner = Owner::of(settings, state);
    let mut ended = false;
    let incoming = owner.data(data, |tie| ended |= tie == Tie::Ended);
    let accepted = match incoming {
        Ok(Some(accepted)) => accepted,
        Ok(None) => return Live::fresh(if ended { Origin::Ended } else { Origin::Absent }),
        Err(refusal) => return Live::fresh(Origin::Refused(refusal)),
    };
    match data::decode(accepted.claims.version, accepted.data()) {
        Ok(value) => Live { data: value, origin: Origin::Accepted(accepted), before: Before::NotBorrowed },
        Err(refusal) => {
            settings.refused(&data.sealed.cookie, refusal);
            Live::fresh(Origin::Refused(refusal))
        }
    }
}

impl Owner<'_> {
    /// Opens a data cookie that the identity may see; tells `met` how each owner stands to it.
    fn data(&mut self, data: &DataUse, mut met: impl FnMut(Tie)) -> incoming::Incoming<DataClaims> {
        let Self { settings, fields, now, identity } = self;
        incoming::data(settings, fields, *now, data, |owner| {
            identity.read(settings, fields, *now);
            let tie = identity.tie(owner);
            met(tie);
            match (tie, identity.unsettled()) {
                (Tie::Current | Tie::Follows, _) => Ok(true),
                (_, Some(refusal)) => Err(refusal),
                (Tie::Ended | Tie::Foreign, None) => Ok(false),
            }
        })
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

    /// What `save()` sealed, where nothing else is sent. What was saved under an identity that is not sent either
    /// would belong to nobody.
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
            (Content::Parked(live), saved) => return live.decide(to, saved.as_ref(), owner, outgoing),
            (Content::Destroyed, _) => outgoing.remove(&to.sealed.cookie),
            (Content::Lent, _) if self.changed.load(Ordering::Acquire) => Err(held(to)),
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

impl<T: SessionData> Live<T> {
    fn decide<'s>(
        &self,
        to: &'s DataUse,
        saved: Option<&Saved>,
        owner: &mut Owner<'_>,
        outgoing: &mut Outgoing<'s>,
    ) -> Result<bool, SessionError> {
        if self.is_ended(owner.identity) {
            outgoing.remove(&to.sealed.cookie)?;
        } else if let Some(draft) = self.draft(to, owner)? {
            outgoing.push(draft);
        } else if let Some(accepted) = self.accepted()
            && accepted.claims.owner.is_some_and(|id| owner.identity.follows(id))
        {
            outgoing.push(Draft::rewrite(owner.settings, to, accepted, owner.identity.current())?);
        } else if matches!(self.origin, Origin::Ended) {
            outgoing.remove(&to.sealed.cookie)?;
        } else if let Some(saved) = saved {
            outgoing.ready(saved.field.clone());
        } else {
            return Ok(!matches!(self.origin, Origin::Refused(_)));
        }
        Ok(true)
    }
}

fn held(to: &DataUse) -> SessionError {
    SessionError::HeldPastHead(to.sealed.cookie.name().into())
}
