//! The reference: what a request brings, by the rules over plain facts.

use crate::facts::{FLASH, Goods, Jar, LASTING, Machine, No, Note, Person, Token, Who};

/// A request at the moment when a node begins with it.
pub(crate) struct Asked {
    pub(crate) machine: Machine,
    pub(crate) now: u64,
    /// The browser's jar, and an older one if it sends both.
    pub(crate) jars: Vec<Jar>,
}

/// The identity that a request brings.
#[derive(Clone, Debug)]
pub(crate) enum Standing {
    Nobody,
    /// Two different ones, which count as none.
    Conflict,
    /// It may be accepted later; with the person, where only the activity cannot be read.
    Unsettled(Option<Person>),
    /// Over, by a timeout alone.
    Lapsed(Person),
    /// Signed in; with `Due` if activity is to be written.
    In(Token<Who>, Option<Due>),
}

/// The time of the activity that is to be replaced; none if there is none yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due(pub(crate) Option<u64>);

/// A cart that a request brings, as far as somebody may see it.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    Nothing,
    Unsettled,
    Visible(Token<Goods>),
}

impl Asked {
    pub(crate) fn identity(&self) -> Standing {
        let (mut accepted, mut lapsed, mut unsettled): (Option<&Token<Who>>, _, _) = (None, None, false);
        for token in self.jars.iter().filter_map(|jar| jar.id.as_ref()) {
            match self.machine.opens(token, self.now) {
                Err(No::Unsettled) => unsettled = true,
                Err(No::Dead) => {}
                Ok(()) if self.machine.end(&token.fact) <= self.now => lapsed = Some(token.fact.subject),
                Ok(()) if accepted.is_some_and(|other| other.fact.id != token.fact.id) => {
                    return Standing::Conflict;
                }
                Ok(()) => accepted = Some(token),
            }
        }
        match (accepted, unsettled, lapsed) {
            (Some(token), ..) => self.active(token),
            (None, true, _) => Standing::Unsettled(None),
            (None, false, Some(person)) => Standing::Lapsed(person),
            (None, false, None) => Standing::Nobody,
        }
    }

    /// Applies the idle timeout.
    fn active(&self, token: &Token<Who>) -> Standing {
        let (mut seen, mut unsettled): (Option<u64>, _) = (None, false);
        let brought: Vec<_> = self.jars.iter().filter_map(|jar| jar.seen.as_ref()).collect();
        for it in &brought {
            match self.machine.opens(it, self.now) {
                Ok(()) if it.fact.0 == token.fact.id => seen = seen.max(Some(it.sealed)),
                Ok(()) | Err(No::Dead) => {}
                Err(No::Unsettled) => unsettled = true,
            }
        }
        let active = seen.unwrap_or(0).max(token.sealed);
        let age = self.now.saturating_sub(active);
        match (age < Machine::idle(&token.fact), seen.is_none() && unsettled) {
            (true, true) => Standing::In(token.clone(), None),
            (false, true) => Standing::Unsettled(Some(token.fact.subject)),
            (false, false) => Standing::Lapsed(token.fact.subject),
            (true, false) => {
                let due = age >= self.machine.renew_after || (seen.is_none() && !brought.is_empty());
                Standing::In(token.clone(), due.then_some(Due(seen)))
            }
        }
    }

    /// Returns the end of this sign-in on this node, if nobody touches it.
    pub(crate) fn end(&self, token: &Token<Who>) -> u64 {
        let id = token.fact.id;
        let seen = self.jars.iter().filter_map(|jar| jar.seen.as_ref()).filter(|seen| seen.fact.0 == id);
        let seen = seen.filter(|seen| self.machine.opens(seen, self.now).is_ok()).map(|seen| seen.sealed);
        let idle = seen.max().unwrap_or(0).max(token.sealed) + Machine::idle(&token.fact);
        self.machine.end(&token.fact).min(idle)
    }

    /// Returns a guest's cart, which has an end of its own.
    pub(crate) fn guest(&self) -> Found {
        let carts = self.jars.iter().filter_map(|jar| jar.guest.as_ref());
        self.best(carts, |goods| goods.started + LASTING > self.now)
    }

    /// Returns the cart of this person. Another's is as if absent.
    pub(crate) fn own(&self, person: Person) -> Found {
        self.best(self.owned(), |goods| goods.owner == Some(person))
    }

    /// Returns the carts of any person that came, whether or not they open.
    pub(crate) fn owned(&self) -> impl Iterator<Item = &Token<Goods>> {
        self.jars.iter().filter_map(|jar| jar.own.as_ref())
    }

    fn best<'a>(
        &self,
        carts: impl Iterator<Item = &'a Token<Goods>>,
        counts: impl Fn(&Goods) -> bool,
    ) -> Found {
        let (mut best, mut found): (Option<&Token<Goods>>, _) = (None, Found::Nothing);
        for token in carts {
            match self.machine.opens(token, self.now) {
                Err(No::Unsettled) => found = Found::Unsettled,
                Ok(()) if counts(&token.fact) => {
                    let rank = |it: &Token<Goods>| (it.sealed, it.fact.generation);
                    best = Some(best.filter(|best| rank(best) >= rank(token)).unwrap_or(token));
                }
                Ok(()) | Err(No::Dead) => {}
            }
        }
        best.map_or(found, |token| Found::Visible(token.clone()))
    }

    /// Returns the messages, and their time; none if there is nothing to show or to remove.
    pub(crate) fn messages(&self) -> Option<Token<Vec<Note>>> {
        let tokens = self.jars.iter().filter_map(|jar| jar.flash.as_ref());
        let tokens =
            tokens.filter(|it| self.machine.opens(it, self.now).is_ok() && it.sealed + FLASH > self.now);
        tokens.reduce(|best, next| if next.sealed > best.sealed { next } else { best }).cloned()
    }

    /// True if one of the jars has such a cookie, good or bad.
    pub(crate) fn brings<F>(&self, cookie: impl Fn(&Jar) -> Option<&Token<F>>) -> bool {
        self.jars.iter().any(|jar| cookie(jar).is_some())
    }
}
