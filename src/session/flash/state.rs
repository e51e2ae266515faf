//! The messages of one request: those that came, and those for the next page.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::session::draft::Draft;
use crate::session::identity::state::{Guests, IdentityState};
use crate::session::plan::{MOST_PADDING, Step};
use crate::session::request::{Accepted, Request};
use crate::session::settings::Event;
use crate::token::{Opened, PersonId, Plaintext};
use crate::{Message, Refusal, Timestamp};

/// A message and its owner; a message without an owner is for anybody.
pub(crate) type Owned = (Option<PersonId>, Message);

#[derive(Default)]
pub(crate) struct FlashState {
    read: bool,
    incoming: Option<Box<Accepted<()>>>,
    /// Messages that came and were not shown yet.
    unshown: Vec<Owned>,
    added: Vec<Owned>,
    /// True if the cookie is no longer as the request brought it.
    is_changed: bool,
}

impl FlashState {
    /// Opens the cookie, once. A refused one has no messages.
    pub(crate) fn read(&mut self, request: Request<'_>) {
        if std::mem::replace(&mut self.read, true) {
            return;
        }
        let mut best: Option<Accepted<Vec<Owned>>> = None;
        let opened = request.open(&request.settings.flash, accept, |next| {
            if best.as_ref().is_none_or(|best| best.sealed_at < next.sealed_at) {
                best = Some(next);
            }
            Ok(())
        });
        if let (Some(Accepted { claims, sealed_at, key_id, octets, bytes, row }), _) = (best, opened) {
            self.unshown = claims;
            self.incoming = Some(Box::new(Accepted { claims: (), sealed_at, key_id, octets, bytes, row }));
        }
    }

    /// The messages for `who` and those for anybody, for a response that nobody looks at: all of them stay.
    pub(crate) fn foresee(&self, who: Option<PersonId>) -> Vec<Message> {
        let shown = self.unshown.iter().filter(|(owner, _)| is_for(who, *owner));
        shown.map(|(_, message)| message.clone()).collect()
    }

    /// The messages for `who` and those for anybody; this response removes them. A second call returns none.
    pub(crate) fn show(&mut self, who: Option<PersonId>) -> Vec<Message> {
        let shown = self.unshown.extract_if(.., |(owner, _)| is_for(who, *owner));
        let shown: Vec<Message> = shown.map(|(_, message)| message).collect();
        self.is_changed |= !shown.is_empty();
        shown
    }

    /// True if a message that came belongs to one person.
    pub(crate) fn is_any_owned(&self) -> bool {
        self.unshown.iter().any(|(owner, _)| owner.is_some())
    }

    pub(crate) const fn accepted(&self) -> Option<&Accepted<()>> {
        match &self.incoming {
            Some(accepted) => Some(accepted),
            None => None,
        }
    }

    /// Adds a message for the person signed in now, if any.
    pub(crate) fn add(&mut self, who: Option<PersonId>, message: Message) {
        self.added.push((who, message));
    }

    /// Moves messages without an owner where the guest's data goes: to the person who signed in, or away.
    pub(crate) fn follow_guests(&mut self, guests: Guests) {
        let (before, added) = (self.unshown.len(), self.added.len());
        match guests {
            Guests::Here => return,
            Guests::Adopted(person) => {
                for (owner, _) in self.unshown.iter_mut().chain(&mut self.added) {
                    self.is_changed |= owner.is_none();
                    owner.get_or_insert(person);
                }
            }
            Guests::Gone => self.retain(|owner| owner.is_some()),
        }
        self.is_changed |= (before, added) != (self.unshown.len(), self.added.len());
    }

    /// Drops messages without an owner, and those of everybody whom the request signed out.
    pub(crate) fn sign_out(&mut self, identity: &IdentityState) {
        self.retain(|owner| owner.is_some_and(|person| !identity.signed_out(person)));
        self.is_changed = true;
    }

    fn retain(&mut self, keep: impl Fn(Option<PersonId>) -> bool) {
        self.unshown.retain(|(owner, _)| keep(*owner));
        self.added.retain(|(owner, _)| keep(*owner));
    }

    /// True if a response has to write or remove messages.
    pub(crate) const fn is_due(&self) -> bool {
        self.is_changed || !self.added.is_empty()
    }

    /// Decides about the messages' cookie. Messages that were not shown stay, with the new ones after them. They never fail a
    /// response: if the cookie would have more than `octets`, name included, the oldest are dropped, and the last remaining one
    /// is cut.
    pub(crate) fn decide(&self, request: Request<'_>, goes: Timestamp, octets: usize) -> Option<Step> {
        let settings = request.settings;
        let to = &settings.flash;
        let is_gone = || (self.is_changed && request.brings(to)).then(|| Step::Remove(Arc::clone(to)));
        if self.added.is_empty() && (!self.is_changed || self.unshown.is_empty()) {
            return is_gone();
        }
        let replaces = self.incoming.as_ref().map(|it| it.sealed_at);
        let draft = |messages: &[&Owned]| {
            let mut draft = Draft::new(to, goes, replaces, |_, _| {});
            draft.write(|plain| messages.iter().for_each(|(owner, message)| message.write(*owner, plain)));
            draft.is_tight = draft.octets() + MOST_PADDING > octets;
            draft
        };
        let all: SmallVec<[&Owned; 4]> = self.unshown.iter().chain(&self.added).collect();
        let whole = draft(&all);
        if whole.octets() <= octets {
            return Some(Step::Set(whole));
        }
        let room = Draft::room(to, octets);
        let fitting = newest(&all, room);
        let cut = all.last().filter(|_| fitting.is_empty()).and_then(|last| cut(last, room));
        let event = Event::MessagesDropped {
            cookie: to.name().into(),
            dropped: all.len() - fitting.len() - usize::from(cut.is_some()),
            cut: cut.is_some(),
        };
        settings.event(&event);
        match (cut, fitting) {
            (Some(cut), _) => Some(Step::Set(draft(&[&cut]))),
            (None, []) => is_gone(),
            (None, fitting) => Some(Step::Set(draft(fitting))),
        }
    }
}

fn is_for(who: Option<PersonId>, owner: Option<PersonId>) -> bool {
    owner.is_none() || owner == who
}

/// The newest messages: as many as fit into `room` bytes.
fn newest<'a, 'm>(all: &'a [&'m Owned], room: usize) -> &'a [&'m Owned] {
    let mut left = room;
    let fits = |it: &&&Owned| {
        let len = written_len(it);
        let fits = len <= left;
        left = left.saturating_sub(len);
        fits
    };
    let count = all.iter().rev().take_while(fits).count();
    all.get(all.len() - count..).unwrap_or_default()
}

/// A message with as much of its text as fits into `room` bytes; `None` if nothing fits.
fn cut((owner, Message { level, text }): &Owned, room: usize) -> Option<Owned> {
    let empty = (*owner, Message { level: *level, text: String::new() });
    // The length before a text takes one byte up to 127, and two beyond.
    let end = text.floor_char_boundary(room.checked_sub(written_len(&empty) + 1)?);
    let text = text.get(..end).filter(|text| !text.is_empty())?;
    Some((*owner, Message { level: *level, text: text.into() }))
}

fn written_len((owner, message): &Owned) -> usize {
    let mut plain = Plaintext::with_capacity(0);
    message.write(*owner, &mut plain);
    plain.len()
}

fn accept(
    request: Request<'_>,
    opened: &Opened,
    _: Option<Timestamp>,
) -> Result<(Vec<Owned>, usize), Refusal> {
    request.check_clock(opened)?;
    if opened.sealed_at().age_at(request.came) >= FLASH_TIMEOUT {
        return Err(Refusal::TimedOut);
    }
    Ok((Message::read_all(opened.plain())?, 0))
}

/// Seconds for which an unshown message is kept: an hour.
const FLASH_TIMEOUT: u64 = 60 * 60;
