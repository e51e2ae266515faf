//! One request and its response: cookies in, sessions lent out, a plan back.
//!
//! Nothing is looked at until a handler asks. [`Exchange::plan`] is the decision about the response; the layer carries it out
//! after the state's lock is released.

use std::any::TypeId;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::request::Parts;
use http::{HeaderName, HeaderValue, Method};

use super::data::live::{AnyLive, Live};
use super::data::slot::Slot;
use super::data::who::Who;
use super::draft::Draft;
use super::error::short_name;
use super::plan::Plan;
use super::report::Report;
use super::request::Request;
use super::settings::{Event, Settings};
use super::state::{Phase, State};
use super::{SessionData, SessionError};
use crate::Timestamp;

pub(crate) struct Exchange {
    pub(crate) settings: Arc<Settings>,
    /// The exchange of the layer around this one.
    outer: Option<Arc<Self>>,
    /// The number of times that a verb changed whose data is visible. Written under the lock of the state.
    era: AtomicU32,
    state: Mutex<State>,
}

impl Exchange {
    /// The exchange of a request that went through the layer; of several layers, the innermost's.
    pub(crate) fn of(parts: &Parts) -> Result<&Arc<Self>, SessionError> {
        parts.extensions.get::<Arc<Self>>().ok_or(SessionError::NoLayer)
    }

    /// The exchange of the innermost layer that has a session of type `T`, and the place of `T` there.
    pub(crate) fn with<T: SessionData>(parts: &Parts) -> Result<(&Arc<Self>, usize), SessionError> {
        let mut all = Self::of(parts)?.and_outer();
        all.find_map(|it| Some((it, it.index_of::<T>()?))).ok_or_else(not_registered::<T>)
    }

    pub(crate) fn new(settings: Arc<Settings>, outer: Option<Arc<Self>>) -> Self {
        Self { settings, outer, era: AtomicU32::new(0), state: Mutex::default() }
    }

    /// This exchange and those of the layers around it, the innermost first.
    pub(crate) fn and_outer(self: &Arc<Self>) -> impl Iterator<Item = &Arc<Self>> {
        std::iter::successors(Some(self), |inner| inner.outer.as_ref())
    }

    /// Ends the exchange: changes come too late from now on. Returns whether it was touched.
    pub(crate) fn close(&mut self) -> bool {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut state.phase, Phase::Closed) == Phase::Touched
    }

    /// Like [`close`](Self::close), while somebody else still holds the exchange.
    pub(crate) fn close_shared(&self) -> bool {
        std::mem::replace(&mut self.state().phase, Phase::Closed) == Phase::Touched
    }

    /// The state, begun if this is the first touch.
    pub(crate) fn begin(&self, parts: &Parts) -> Result<MutexGuard<'_, State>, SessionError> {
        let mut state = self.state();
        match state.phase {
            Phase::Idle => {
                state.phase = Phase::Touched;
                for field in parts.headers.get_all(http::header::COOKIE) {
                    state.cookies.push(field.clone());
                }
                state.is_unseen = is_unseen(parts);
                state.is_safe = state.is_unseen || parts.method.is_safe();
                state.is_passive |= state.is_unseen;
                state.came = self.settings.clock.now();
                Ok(state)
            }
            Phase::Touched => Ok(state),
            Phase::Closed => Err(SessionError::HeadSent),
        }
    }

    /// The state of an exchange that has begun. The response waits while it is held.
    pub(crate) fn open(&self) -> Result<MutexGuard<'_, State>, SessionError> {
        let state = self.state();
        if state.phase == Phase::Closed { Err(SessionError::HeadSent) } else { Ok(state) }
    }

    /// The state, open or closed.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        // A panic in an application's `Deserialize` poisons the lock; the state behind it is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins another era, under the lock of the state: somebody signed in or out.
    pub(super) fn turn(&self) {
        self.era.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn era(&self) -> u32 {
        self.era.load(Ordering::Relaxed)
    }

    /// The place of `T` among the layer's sessions.
    fn index_of<T: SessionData>(&self) -> Option<usize> {
        let wanted = TypeId::of::<T>();
        self.settings.data.iter().position(|data| data.type_id == wanted)
    }

    /// Lets `act` use the slot of a session, by who is signed in now.
    pub(crate) fn at<R>(
        &self,
        state: &mut State,
        index: usize,
        act: impl FnOnce(&mut Slot, &Who<'_>) -> R,
    ) -> Option<R> {
        let data = self.settings.data.get(index)?;
        if data.own.is_some() {
            state.identity.read(Request {
                settings: &self.settings,
                cookies: &state.cookies,
                came: state.came,
            });
        }
        let State { cookies, came, identity, cleared, slots, .. } = state;
        let request = Request { settings: &self.settings, cookies, came: *came };
        let era = if data.own.is_some() { self.era() } else { *cleared };
        let who = Who::of(request, data, identity, era);
        let slot = slots.iter().position(|(at, _)| *at == index).unwrap_or_else(|| {
            slots.reserve_exact(self.settings.data.len());
            slots.push((index, Slot::default()));
            slots.len() - 1
        });
        slots.get_mut(slot).map(|(_, slot)| act(slot, &who))
    }
}

/// The functions behind the handles of a session.
impl Exchange {
    /// Lends a session out, or shows it.
    pub(crate) fn take<T: SessionData>(
        &self,
        index: usize,
        parts: &Parts,
        lend: bool,
    ) -> Result<Arc<Live<T>>, SessionError> {
        let mut state = self.begin(parts)?;
        let live = self.at(&mut state, index, |slot, who| slot.take(who, lend));
        live.ok_or_else(not_registered::<T>)?
    }

    /// Lends a session out that was parked.
    pub(crate) fn take_again<T: SessionData>(&self, index: usize) -> Result<Arc<Live<T>>, SessionError> {
        let live = self.at(&mut *self.open()?, index, |slot, who| slot.take(who, true));
        live.ok_or_else(not_registered::<T>)?
    }

    /// Checks a `draft` of a session against everything except sealing itself, together with the other changes that are known
    /// now. Returns whether there is no room for padding.
    pub(crate) fn check<T: SessionData>(
        &self,
        index: usize,
        live: &mut Live<T>,
        draft: DraftOf,
    ) -> Result<bool, SessionError> {
        let mut state = self.open()?;
        let (goes, mut plan) = (self.settings.clock.now(), Plan::default());
        for other in (0..self.settings.data.len()).filter(|other| *other != index) {
            if state.is_slotted(other) {
                self.at(&mut state, other, |slot, who| slot.foresee(who, goes, &mut plan));
            }
        }
        let checked = self.at(&mut state, index, |slot, who| {
            slot.settle(live, who, goes)?;
            let Some(draft) = draft(slot, live, who, goes)? else { return Ok(false) };
            slot.take_over(draft, who, &mut plan);
            plan.check(who.request).map(|()| plan.is_tight())
        });
        checked.unwrap_or(Ok(false))
    }

    pub(crate) fn park(&self, index: usize, live: Arc<dyn AnyLive>) {
        if let Some((_, slot)) = self.state().slots.iter_mut().find(|(at, _)| *at == index) {
            slot.park(live);
        }
    }

    /// Notes a first change, unless it comes after the head and is therefore lost.
    #[cold]
    pub(crate) fn begin_change<T: SessionData>(&self, index: usize, live: &mut Live<T>) {
        match self.open() {
            Ok(mut state) => {
                self.at(&mut state, index, |slot, who| slot.begin_change(live, who));
            }
            Err(_) => {
                live.before_change([0; 2], false);
                self.too_late(index);
            }
        }
    }

    pub(crate) fn too_late(&self, index: usize) {
        if let Some(data) = self.settings.data.get(index) {
            self.settings.event(&Event::ChangedTooLate { cookie: data.guest.name().into() });
        }
    }

    pub(crate) fn report(&self, index: usize, live: &dyn AnyLive) -> Option<Report> {
        let state = self.state();
        let (_, slot) = state.slots.iter().find(|(at, _)| *at == index)?;
        let accepted = slot.token(live.origin())?;
        let to = self.settings.data.get(index)?.of(accepted.claims.owner);
        Some(Report::of_data(&self.settings, accepted, live, to))
    }
}

/// Makes the draft of a change, or of the data that `save` seals: [`Slot::draft`], [`Slot::unsaved`].
type DraftOf = fn(&Slot, &dyn AnyLive, &Who<'_>, Timestamp) -> Result<Option<Draft>, SessionError>;

/// True if the request is for the head alone, or if a browser makes it before anybody asks for the page, if ever.
fn is_unseen(parts: &Parts) -> bool {
    let is_ahead = |name: &HeaderName| {
        let purpose = parts.headers.get(name).map(HeaderValue::as_bytes);
        purpose.is_some_and(|it| AHEAD.iter().any(|word| has_word(it, word)))
    };
    parts.method == Method::HEAD || PURPOSES.iter().any(is_ahead)
}

/// True if a field has this word among those between `,`, `;` and white space.
fn has_word(field: &[u8], word: &str) -> bool {
    let mut words = field.split(|byte| matches!(byte, b',' | b';' | b' ' | b'\t'));
    words.any(|it| it.eq_ignore_ascii_case(word.as_bytes()))
}

/// The fields in which browsers announce a prefetch: `Sec-Purpose` of the Fetch standard and its forerunners.
const PURPOSES: [HeaderName; 3] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
    HeaderName::from_static("x-moz"),
];
const AHEAD: [&str; 3] = ["prefetch", "prerender", "preview"];

fn not_registered<T>() -> SessionError {
    SessionError::NotRegistered(short_name::<T>())
}
