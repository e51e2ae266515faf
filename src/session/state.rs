//! The state of a request between its first touch and its response.

use http::HeaderValue;
use smallvec::SmallVec;

use super::activity::idle::Seen;
use super::data::slot::Slot;
use super::draft::Draft;
use super::flash::state::FlashState;
use super::identity::state::IdentityState;
use super::request::Request;
use super::settings::Settings;
use crate::token::PersonId;
use crate::{Message, Timestamp};

/// Everything that the first touch starts.
#[derive(Default)]
pub(crate) struct State {
    pub(super) phase: Phase,
    /// True if the request says nothing about a person being there.
    pub(crate) is_passive: bool,
    /// True if nobody looks at the response: messages stay.
    pub(super) is_unseen: bool,
    /// True if the request should not change anything: its changes give way to those of others.
    pub(super) is_safe: bool,
    pub(super) cookies: SmallVec<[HeaderValue; 1]>,
    pub(crate) came: Timestamp,
    pub(crate) identity: IdentityState,
    pub(crate) flash: FlashState,
    /// The era that began when the sessions of the browser were last cleared; 0 if they were not.
    pub(super) cleared: u32,
    /// The slots of the sessions that somebody asked for, each with its index among the layer's.
    pub(super) slots: Vec<(usize, Slot)>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(super) enum Phase {
    /// Nobody asked for anything yet.
    #[default]
    Idle,
    Touched,
    /// The head is ready, or none will come.
    Closed,
}

impl State {
    pub(crate) fn request<'a>(&'a self, settings: &'a Settings) -> Request<'a> {
        Request { settings, cookies: &self.cookies, came: self.came }
    }

    /// The identity, opened if it was not yet.
    pub(crate) fn identity(&mut self, settings: &Settings) -> &mut IdentityState {
        self.identity.read(Request { settings, cookies: &self.cookies, came: self.came });
        &mut self.identity
    }

    /// Judges the identity again, after the store was asked for its last activity.
    pub(crate) fn was_asked(&mut self, settings: &Settings) {
        self.identity.was_asked(Request { settings, cookies: &self.cookies, came: self.came });
    }

    /// The messages, opened if they were not yet.
    pub(crate) fn flash(&mut self, settings: &Settings) -> &mut FlashState {
        self.flash.read(Request { settings, cookies: &self.cookies, came: self.came });
        &mut self.flash
    }

    /// The person who is signed in, as far as is known.
    fn person(&mut self, settings: &Settings) -> Option<PersonId> {
        self.identity(settings).who().unwrap_or(None)
    }

    /// The messages that came for who is signed in now.
    pub(crate) fn show_messages(&mut self, settings: &Settings) -> Vec<Message> {
        let who = if self.flash(settings).is_any_owned() { self.person(settings) } else { None };
        if self.is_unseen { self.flash.foresee(who) } else { self.flash.show(who) }
    }

    /// Adds a message for whoever is signed in now.
    pub(crate) fn push_message(&mut self, settings: &Settings, message: Message) {
        let who = self.person(settings);
        self.flash.add(who, message);
    }

    /// The slot of a session that somebody asked for.
    pub(super) fn slot(&self, index: usize) -> Option<&Slot> {
        self.slots.iter().find(|(at, _)| *at == index).map(|(_, slot)| slot)
    }

    /// True if somebody asked for this session.
    pub(super) fn is_slotted(&self, index: usize) -> bool {
        self.slots.iter().any(|(at, _)| *at == index)
    }

    /// True if a response may have to send something, even if no verb was called.
    pub(super) fn is_due(&self) -> bool {
        self.slots.iter().any(|(_, slot)| slot.is_due()) || self.flash.is_due() || self.due().is_some()
    }

    pub(super) fn is_due_at(&self, index: usize) -> bool {
        self.slots.iter().any(|(at, slot)| *at == index && slot.is_due())
    }

    /// Writes down the activity that is due.
    pub(super) fn activity(&self, settings: &Settings, goes: Timestamp) -> Option<Draft> {
        let (seen, facts) = (self.due()?, self.identity.current()?);
        Some(seen.write(settings, goes, facts))
    }

    /// The activity that this request must write down, if any.
    pub(crate) fn due(&self) -> Option<Seen> {
        self.identity.seen().filter(|seen| seen.is_due && !self.is_passive)
    }
}
