//! The expected answer to each request, by the reference.

use crate::course::{Cart, Course, Now, Taken};
use crate::facts::{REMEMBER, Seen, Set, Who};
use crate::reference::{Asked, Standing};
use crate::site::{Deed, Op, Saw, Script, Told};

/// The answer that the reference expects.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) saw: Saw,
    pub(crate) sets: Vec<Set>,
}

/// A request's operation, the status that its handler chooses, and the time when it does.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) op: Op,
    pub(crate) status: u16,
    pub(crate) number: u32,
    pub(crate) later: u64,
}

impl Asked {
    pub(crate) fn answer(&self, wanted: &Wanted) -> Answer {
        let Wanted { op, status, number, later } = *wanted;
        let mut course = Course::new(self, later);
        let Op::Do(script) = op else { return course.look(op, status) };
        let mut saw = course.first_view(&script);
        let mut asks_for_identity = script.has_cart() || script.has_verb();
        for (deed, item) in script.numbered(number) {
            asks_for_identity |= deed == Deed::Push
                || (deed == Deed::Show && course.notes.left.iter().any(|it| it.owner.is_some()));
            saw.told.push(course.take(deed, item, &script));
        }
        if script.has_verb() {
            saw = Saw { cart: saw.cart, told: saw.told, ..of(&course.now) };
        }
        course.answer(status, saw, asks_for_identity)
    }
}

impl Course<'_> {
    fn look(mut self, op: Op, status: u16) -> Answer {
        let mut saw = Saw { cart: self.items(), ..of(&self.now) };
        if op == Op::Look {
            saw.messages = self.show();
        }
        self.answer(status, saw, !matches!(op, Op::Look | Op::Poll))
    }

    fn items(&self) -> Vec<u32> {
        self.cart().map(|cart| cart.items).unwrap_or_default()
    }

    fn first_view(&self, script: &Script) -> Saw {
        let cart = if script.has_cart() { self.items() } else { Vec::new() };
        Saw { cart, ..Saw::default() }
    }

    fn take(&mut self, deed: Deed, item: u32, script: &Script) -> Told {
        let later = self.later;
        match deed {
            Deed::Add => Told::Cart(self.add(item)),
            Deed::Stuff => Told::Cart(self.stuff(item)),
            Deed::Try => self.try_add(item).map_or_else(Told::Refused, Told::Cart),
            Deed::Save => self.save().map_or_else(Told::Refused, |()| Told::Done),
            Deed::Destroy => {
                self.destroy();
                Told::Done
            }
            Deed::SignIn { subject, remember } => {
                let ends = later + remember.map_or(self.asked.machine.absolute, |it| it.min(REMEMBER));
                let remembered = remember.is_some();
                let who = Who { id: item, subject, started: later, authenticated: later, remembered, ends };
                let taken = self.sign_in(who, script.holds);
                Told::SignedIn(if script.tells_of_adoption() { taken } else { Taken::Nothing })
            }
            Deed::SignOut => {
                self.sign_out(script.holds);
                Told::Done
            }
            Deed::Renew | Deed::Reauthenticate => {
                self.renew(item, deed == Deed::Reauthenticate);
                Told::Done
            }
            Deed::Push => {
                self.push(item.to_string());
                Told::Done
            }
            Deed::Show => Told::Messages(self.show()),
        }
    }

    fn answer(mut self, status: u16, saw: Saw, asks_for_identity: bool) -> Answer {
        // An answer that the handler calls a failure leaves the browser as it is, but for a sign-out.
        if status >= 500 || status == 408 {
            return Answer { status, saw, sets: self.left_of_a_failure() };
        }
        // In an answer that signs in or out, the least important gives way.
        if self.is_blocked() && !self.turned {
            return Answer { status: 503, saw: Saw::default(), sets: self.left_of_a_failure() };
        }
        if self.is_full() {
            return Answer { status: 500, saw: Saw::default(), sets: self.left_of_a_failure() };
        }
        let mut sets = self.all();
        if asks_for_identity && !self.is_changed {
            sets.extend(self.activity());
        }
        Answer { status, saw, sets }
    }

    fn all(&self) -> Vec<Set> {
        let Asked { machine, .. } = self.asked;
        let later = self.later;
        let mut sets = Vec::new();
        if self.is_changed {
            let before = if let Standing::In(before, _) = &self.brought { before.sealed } else { 0 };
            let who = self.now.as_ref().ok().and_then(Option::as_ref);
            sets.push(Set::Id(who.map(|who| machine.seals(who.clone(), before.max(later), later))));
            sets.extend(self.asked.brings(|jar| jar.seen.as_ref()).then_some(Set::Seen(None)));
        }
        sets.extend(self.own_set());
        sets.extend(self.guest_set());
        sets.extend(self.flash_set());
        sets
    }

    fn own_set(&self) -> Option<Set> {
        let person = self.person();
        let written =
            person.and_then(|person| self.own.get(&person)?.sealed(Some(person), self.asked, self.later));
        let goes = self.is_own_destroyed || self.own_goes_out();
        (written.is_some() || goes).then_some(Set::Own(written))
    }

    fn guest_set(&self) -> Option<Set> {
        let written = self.guest.sealed(None, self.asked, self.later);
        let goes = matches!(self.guest, Cart::Gone)
            && (self.asked.brings(|jar| jar.guest.as_ref())
                || (self.is_destroyed && self.person().is_none() && !self.out.is_any));
        (written.is_some() || goes).then_some(Set::Guest(written))
    }

    fn flash_set(&self) -> Option<Set> {
        let notes = &self.notes;
        if notes.added.is_empty() && (!notes.is_changed || notes.left.is_empty()) {
            let goes = notes.is_changed && self.asked.brings(|jar| jar.flash.as_ref());
            return goes.then_some(Set::Flash(None));
        }
        let sealed = self.asked.messages().map_or(0, |it| it.sealed).max(self.later);
        let all = notes.left.iter().chain(&notes.added).cloned().collect();
        Some(Set::Flash(Some(self.asked.machine.seals(all, sealed, self.later))))
    }

    /// A failure sends what was saved, if who saved it is there for the browser; and a sign-out.
    fn left_of_a_failure(&self) -> Vec<Set> {
        if self.out.is_any {
            let asked = self.asked;
            let mut sets = vec![Set::Id(None)];
            sets.extend(asked.brings(|jar| jar.seen.as_ref()).then_some(Set::Seen(None)));
            let saved = self.saved.clone().filter(|it| it.fact.owner.is_none() && self.person().is_none());
            let goes = asked.brings(|jar| jar.guest.as_ref());
            sets.extend((saved.is_some() || goes).then_some(Set::Guest(saved)));
            sets.extend(self.own_goes_out().then_some(Set::Own(None)));
            sets.extend(asked.brings(|jar| jar.flash.as_ref()).then_some(Set::Flash(None)));
            return sets;
        }
        let brought = if let Standing::In(who, _) = &self.brought { Some(who.fact.subject) } else { None };
        let saved = self.saved.clone().filter(|saved| saved.fact.owner == brought);
        let saved = saved.map(|saved| match brought {
            Some(_) => Set::Own(Some(saved)),
            None => Set::Guest(Some(saved)),
        });
        saved.into_iter().collect()
    }

    fn activity(&self) -> Option<Set> {
        let Standing::In(who, Some(due)) = &self.brought else { return None };
        let sealed = due.0.unwrap_or(0).max(self.later);
        Some(Set::Seen(Some(self.asked.machine.seals(Seen(who.fact.id), sealed, self.later))))
    }
}

impl Answer {
    pub(crate) fn names(&self) -> Vec<String> {
        self.sets.iter().map(|set| set.name().into()).collect()
    }
}

/// Returns a handler's view of an identity.
fn of(now: &Now) -> Saw {
    let who = now.as_ref().ok().and_then(Option::as_ref);
    let times = who.map(|who| (who.started, who.authenticated, who.remembered.then_some(who.ends)));
    Saw { who: who.map(|who| who.subject.into()), times, ..Saw::default() }
}
