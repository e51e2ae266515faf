//! One request and its response: cookies in, sessions lent out, cookies back.
//!
//! Nothing is looked at until a handler asks. [`Exchange::finish`] is the decision about the response; the
//! layer carries it out.

use std::any::{Any, TypeId};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::request::Parts;
use http::{HeaderMap, HeaderValue};

use super::activity::Due;
use super::draft::{Draft, Outgoing};
use super::error::short_name;
use super::few::Few;
use super::flash_state::FlashState;
use super::identity_state::{Change, IdentityState};
use super::incoming::{self, Fields};
use super::owner::Owner;
use super::settings::{DataUse, Event, Settings};
use super::slot::{AnySlot, Held, Slot};
use super::{SessionData, SessionError};
use crate::cookie;
use crate::{RefusalClass, Timestamp};

pub(crate) struct Exchange {
    pub(crate) settings: Arc<Settings>,
    /// The phase it is in; an untouched response takes no lock.
    phase: AtomicU8,
    /// True if the request says nothing about a person being there.
    pub(crate) passive: AtomicBool,
    state: Mutex<State>,
}

/// Everything that the first touch starts.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) fields: Fields,
    pub(crate) now: Timestamp,
    pub(crate) identity: IdentityState,
    pub(crate) flash: FlashState,
    slots: Few<(usize, Arc<dyn AnySlot>)>,
}

impl State {
    /// The request and its owner.
    pub(crate) fn owner<'a>(&'a mut self, settings: &'a Settings) -> Owner<'a> {
        Owner { settings, fields: &self.fields, now: self.now, identity: &mut self.identity }
    }

    /// Drops the messages of the browser's last user: they are not for the next.
    pub(crate) fn forget_messages(&mut self, settings: &Settings) {
        self.flash.read(settings, &self.fields, self.now);
        self.flash.show();
    }
}

/// An exchange, as a request carries it.
#[derive(Clone)]
pub(crate) struct Handle(pub(crate) Arc<Exchange>);

impl Exchange {
    /// The exchange of a request that went through the layer.
    pub(crate) fn of(parts: &Parts) -> Result<&Arc<Self>, SessionError> {
        parts.extensions.get::<Handle>().map(|handle| &handle.0).ok_or(SessionError::NoLayer)
    }

    pub(crate) fn new(settings: Arc<Settings>) -> Self {
        Self {
            settings,
            phase: AtomicU8::new(IDLE),
            passive: AtomicBool::new(false),
            state: Mutex::default(),
        }
    }

    /// Ends the exchange: the head is ready, or none will come, and changes come too late. Returns whether it was touched.
    pub(crate) fn close(&self) -> bool {
        self.phase.swap(SENT, Ordering::AcqRel) == TOUCHED
    }

    /// The state, begun if this is the first touch.
    pub(crate) fn begin(&self, headers: &HeaderMap) -> Result<MutexGuard<'_, State>, SessionError> {
        let mut state = self.state();
        match self.phase.compare_exchange(IDLE, TOUCHED, Ordering::AcqRel, Ordering::Acquire) {
            Ok(_) => {
                state.fields = Fields::of(headers);
                state.now = self.settings.clock.now();
                Ok(state)
            }
            Err(TOUCHED) => Ok(state),
            Err(_) => Err(SessionError::HeadSent),
        }
    }

    /// The state of an exchange that has begun. While it is held the response waits.
    pub(crate) fn open_state(&self) -> Result<MutexGuard<'_, State>, SessionError> {
        let state = self.state();
        if self.phase.load(Ordering::Acquire) == SENT { Err(SessionError::HeadSent) } else { Ok(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic in somebody's `Deserialize` poisons the lock; the state behind it is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The slot of `T`, its cookie opened if this is the first time, and the session: lent, or else to look at.
    pub(crate) fn slot<T: SessionData>(
        &self,
        headers: &HeaderMap,
        lend: bool,
    ) -> Result<Held<T>, SessionError> {
        let index = self.index_of::<T>()?;
        let mut state = self.begin(headers)?;
        let known = state.slots.find(|(at, _)| *at == index).map(|(_, slot)| Arc::clone(slot));
        if let Some(slot) = known {
            let slot: Arc<dyn Any + Send + Sync> = slot;
            let slot = slot.downcast::<Slot<T>>().map_err(|_| not_registered::<T>())?;
            slot.refresh(&mut state.owner(&self.settings));
            let live = if lend { slot.take() } else { slot.look() }?;
            return Ok((slot, live));
        }
        let (slot, live) = Slot::<T>::open(index, &mut state.owner(&self.settings), lend);
        let slot = Arc::new(slot);
        state.slots.push((index, Arc::<Slot<T>>::clone(&slot)));
        Ok((slot, live))
    }

    fn index_of<T: SessionData>(&self) -> Result<usize, SessionError> {
        let wanted = TypeId::of::<T>();
        self.settings.data.iter().position(|data| data.type_id == wanted).ok_or_else(not_registered::<T>)
    }

    /// The fields that the response sends; with `store` false only those that `save()` sealed already.
    pub(crate) fn finish(&self, store: bool) -> Finished {
        let mut state = self.state();
        let error = match store.then(|| self.commit(&mut state)) {
            Some(Ok(mut fields)) => {
                if let Some(field) = self.activity(&state) {
                    fields.push(field);
                }
                return Finished { fields, error: None };
            }
            Some(Err(error)) => Some(error),
            None => None,
        };
        let saved = state.slots.iter().filter_map(|(_, slot)| slot.saved(&state.identity));
        // Signing out needs no key: it stands even where something else cannot be sent.
        let goodbye = store && state.identity.change() == Some(Change::SignedOut);
        let goodbye = goodbye.then(|| self.settings.identity.cookie.field(None).ok()).flatten();
        Finished { fields: goodbye.into_iter().chain(saved).collect(), error }
    }

    /// True if a `Set-Cookie` field gives the browser an identity that is neither the one which the request brought
    /// nor one that this request gave out: another person's response, from a cache or a mix-up.
    pub(crate) fn is_foreign_identity(&self, field: &HeaderValue) -> bool {
        let identity = &self.settings.identity;
        let Some(value) = cookie::set_value(field.as_bytes(), identity.cookie.name()) else { return false };
        if value.is_empty() {
            return false;
        }
        let mut state = self.state();
        let mut owner = state.owner(&self.settings);
        let identity = owner.read();
        match incoming::identity_id(&self.settings, value, self.settings.clock.now()) {
            Ok(id) => !identity.may_send(id),
            Err(_) => true,
        }
    }

    /// The field of activity that is due. A response that only reads does not fail without it.
    fn activity(&self, state: &State) -> Option<HeaderValue> {
        let due = self.due(state)?;
        let failed = |error: &SessionError| Event::ActivityNotSent { error: error.event_text() };
        due.field(&self.settings).inspect_err(|error| self.settings.observer.event(&failed(error))).ok()
    }

    /// The activity that this request must write down, if any.
    pub(super) fn due(&self, state: &State) -> Option<Due> {
        state.identity.due().filter(|_| !self.passive.load(Ordering::Acquire))
    }

    /// Seals everything that changed: all of it or an error.
    fn commit(&self, state: &mut State) -> Result<Few<HeaderValue>, SessionError> {
        let State { fields, now, identity, flash, slots, .. } = state;
        let mut outgoing = Outgoing::default();
        identity.decide(&self.settings, fields, &mut outgoing)?;
        let mut owner = Owner { settings: &self.settings, fields, now: *now, identity };
        for (index, data) in self.settings.data.iter().enumerate() {
            let decided = match slots.find(|(at, _)| *at == index) {
                Some((_, slot)) => slot.decide(data, &mut owner, &mut outgoing)?,
                None => false,
            };
            if !decided {
                follow(&owner, data, &mut outgoing)?;
            }
        }
        flash.decide(&self.settings, &mut outgoing)?;
        // No event below comes without a cookie.
        if outgoing.is_empty() {
            return Ok(Few::default());
        }
        let sealed = outgoing.seal(&self.settings)?;
        let event = match identity.change() {
            Some(Change::SignedIn) => Event::SignedIn,
            Some(Change::SignedOut) => Event::SignedOut,
            Some(Change::Reauthenticated) => Event::Reauthenticated,
            Some(Change::Renewed) | None => return Ok(sealed),
        };
        self.settings.observer.event(&event);
        Ok(sealed)
    }
}

/// A response's `Set-Cookie` fields, and the error if they are not all.
pub(crate) struct Finished {
    pub(crate) fields: Few<HeaderValue>,
    pub(crate) error: Option<SessionError>,
}

/// Data that no handler decided about follows its owner's new session id, or goes with a sign-out.
fn follow<'s>(owner: &Owner<'_>, data: &'s DataUse, outgoing: &mut Outgoing<'s>) -> Result<(), SessionError> {
    let Owner { settings, fields, now, identity } = owner;
    if !identity.moves_data() {
        return Ok(());
    }
    let accepted = match incoming::data(settings, fields, *now, data, |owner| Ok(identity.had(owner))) {
        Ok(Some(accepted)) => accepted,
        // Data that cannot be opened yet cannot follow, and would belong to nobody afterwards.
        Err(refusal) if refusal.class() == RefusalClass::Unsettled && identity.takes_data_along() => {
            return Err(SessionError::Unsettled(refusal));
        }
        Ok(None) | Err(_) => return Ok(()),
    };
    let Some(owner) = accepted.claims.owner else { return Ok(()) };
    if identity.follows(owner) {
        outgoing.push(Draft::rewrite(settings, data, &accepted, identity.current())?);
    } else {
        outgoing.remove(&data.sealed.cookie)?;
    }
    Ok(())
}

fn not_registered<T: 'static>() -> SessionError {
    SessionError::NotRegistered(short_name::<T>())
}

/// Nobody asked for anything yet.
const IDLE: u8 = 0;
const TOUCHED: u8 = 1;
const SENT: u8 = 2;
