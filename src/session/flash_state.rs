//! The messages of one exchange: those that came, and those for the next page.

use super::SessionError;
use super::draft::{Draft, Outgoing};
use super::incoming::{self, Accepted, Fields};
use super::settings::Settings;
use crate::token::Plaintext;
use crate::{Message, Timestamp};

#[derive(Default)]
pub(crate) struct FlashState {
    read: bool,
    shown: bool,
    incoming: Option<Box<Accepted<Vec<Message>>>>,
    added: Vec<Message>,
}

impl FlashState {
    /// Opens the cookie, once. A refused one has no messages.
    pub(crate) fn read(&mut self, settings: &Settings, fields: &Fields, now: Timestamp) {
        if std::mem::replace(&mut self.read, true) {
            return;
        }
        if let Ok(Some(accepted)) = incoming::flash(settings, fields, now) {
            self.incoming = Some(Box::new(accepted));
        }
    }

    /// The messages that came; this response removes them. The second time there are none.
    pub(crate) fn show(&mut self) -> Vec<Message> {
        if std::mem::replace(&mut self.shown, true) {
            return Vec::new();
        }
        self.incoming.as_ref().map(|accepted| accepted.claims.clone()).unwrap_or_default()
    }

    pub(crate) fn accepted(&self) -> Option<&Accepted<Vec<Message>>> {
        self.incoming.as_deref()
    }

    pub(crate) fn add(&mut self, message: Message) {
        self.added.push(message);
    }

    /// Messages that were not shown stay, with the new ones after them; the oldest give way where there is no room.
    pub(crate) fn decide<'s>(
        &self,
        settings: &'s Settings,
        outgoing: &mut Outgoing<'s>,
    ) -> Result<(), SessionError> {
        if self.added.is_empty() {
            return if self.shown && self.incoming.is_some() {
                outgoing.remove(&settings.flash.cookie)
            } else {
                Ok(())
            };
        }
        let unshown =
            self.incoming.as_ref().filter(|_| !self.shown).map(|accepted| accepted.claims.as_slice());
        let mut unshown = unshown.unwrap_or_default();
        loop {
            let draft = self.draft(settings, unshown);
            let fits = draft.check(settings, || vec![("messages".into(), draft.plain.len())]);
            match (fits, unshown.split_first()) {
                (Ok(()), _) => {
                    outgoing.push(draft);
                    return Ok(());
                }
                (Err(_), Some((_, newer))) => unshown = newer,
                (Err(error), None) => return Err(error),
            }
        }
    }

    fn draft<'s>(&self, settings: &'s Settings, unshown: &[Message]) -> Draft<'s> {
        let mut plain = Plaintext::with_capacity(128);
        Message::write_all(unshown, &mut plain);
        Message::write_all(&self.added, &mut plain);
        let now = settings.clock.now();
        let sealed_at = self.incoming.as_ref().map_or(now, |it| it.opened.sealed_at().max(now));
        Draft::new(&settings.flash, plain, 0, sealed_at)
    }
}
