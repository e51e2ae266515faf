//! The deeds of a handler on the identity, and what they do to carts and messages.

use super::cart::{Cart, Draft};
use super::{Course, Open, Out, Taken, Why};
use crate::facts::{Goods, Person, Token, Who};
use crate::reference::Standing;

impl Course<'_> {
    /// Signs somebody in, who gets the guest's cart unless it may be another's.
    pub(crate) fn sign_in(&mut self, who: Who, holds: bool) -> Taken {
        let person = who.subject;
        let was = std::mem::replace(&mut self.now, Ok(Some(who)));
        let is_first = !self.turned;
        (self.is_changed, self.turned) = (true, true);
        if matches!(&was, Ok(Some(was)) if was.subject == person) {
            return Taken::Nothing;
        }
        let was_blocked = self.is_blocked();
        self.turn(holds);
        if self.out.is_any {
            return self.take_nothing();
        }
        let is_anothers = match (was, &self.brought) {
            (Ok(Some(_)), _) => true,
            (Err(Open), Standing::Unsettled(known)) => *known != Some(person),
            (_, brought) => is_first && matches!(brought, Standing::Conflict),
        };
        if is_anothers {
            return self.take_away();
        }
        for note in self.notes.left.iter_mut().chain(&mut self.notes.added) {
            self.notes.is_changed |= note.owner.is_none();
            note.owner.get_or_insert(person);
        }
        let (taken, lost) = self.adopt(person);
        if !was_blocked {
            self.lost = self.lost.and(lost);
        }
        taken
    }

    /// After a sign-out nothing of a guest's is left to be had.
    fn take_nothing(&mut self) -> Taken {
        self.guest = Cart::Gone;
        Taken::Nothing
    }

    /// The guest's may be another person's.
    fn take_away(&mut self) -> Taken {
        let is_first = !std::mem::replace(&mut self.is_taken_away, true);
        self.guest = Cart::Gone;
        self.own.retain(|_, cart| !matches!(cart, Cart::Written(cart) if cart.is_adopted));
        self.notes.keep(|owner| owner.is_some());
        let is_any = is_first && self.asked.brings(|jar| jar.guest.as_ref());
        if is_any { Taken::Removed } else { Taken::Nothing }
    }

    /// Gives this person the guest's cart; also returns why a handle loses what it holds of it.
    fn adopt(&mut self, person: Person) -> (Taken, Option<Why>) {
        let Ok(Some(guests)) = self.guests() else { return (Taken::Nothing, Some(Why::Ended)) };
        let merged = match self.own_of(person) {
            Err(Open) => {
                // Both stay as they came.
                self.guest = Cart::AsItCame;
                return (Taken::Nothing, Some(Why::Unsettled));
            }
            Ok(None) => Some((Taken::Adopted, guests)),
            Ok(Some(hers)) => hers.merged(&guests).map(|merged| (Taken::Merged, merged)),
        };
        self.guest = Cart::Gone;
        let Some((taken, cart)) = merged else { return (Taken::Removed, Some(Why::Ended)) };
        self.own.insert(person, Cart::Written(Draft { is_adopted: true, ..cart }));
        (taken, None)
    }

    pub(crate) fn renew(&mut self, id: u32, authenticates: bool) {
        let Ok(Some(who)) = &mut self.now else { return };
        who.id = id;
        if authenticates {
            who.authenticated = self.later;
        }
        self.is_changed = true;
    }

    /// Signs out: nothing is left but what is surely another person's.
    pub(crate) fn sign_out(&mut self, holds: bool) {
        let is_untouched = !self.is_changed;
        let was = std::mem::replace(&mut self.now, Ok(None));
        match (was, &self.brought) {
            (Ok(Some(who)), _) => self.out.persons.push(who.subject),
            (_, Standing::Lapsed(person) | Standing::Unsettled(Some(person))) if is_untouched => {
                self.out.persons.push(person);
            }
            (_, Standing::Unsettled(None) | Standing::Conflict) if is_untouched => self.out.is_anybody = true,
            _ => {}
        }
        (self.is_changed, self.turned, self.out.is_any) = (true, true, true);
        self.turn(holds);
        self.saved = None;
        self.guest = Cart::Gone;
        for &person in &self.out.persons {
            self.own.insert(person, Cart::Gone);
        }
        let Out { persons, is_anybody, .. } = &self.out;
        self.notes.keep(|owner| owner.is_some_and(|owner| !is_anybody && !persons.contains(&owner)));
        self.notes.is_changed = true;
    }

    /// True if a sign-out takes along what came under the name of a person's cart.
    pub(crate) fn own_goes_out(&self) -> bool {
        let Out { is_any, persons, is_anybody } = &self.out;
        let goes = |token: &Token<Goods>| match self.asked.reads(token) {
            Ok(Some(owner)) => *is_anybody || persons.contains(&owner),
            Ok(None) => false,
            Err(Open) => true,
        };
        *is_any && self.asked.owned().any(goes)
    }
}
