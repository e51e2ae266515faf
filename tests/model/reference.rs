//! The reference: the rules over plain facts, for the things that a request sees and its answer brings.

use crate::facts::{ABSOLUTE, FLASH, Goods, IDLE, Jar, Machine, No, Token, Who};

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
    Unsettled,
    Lapsed(Who),
    /// Signed in; with `Due` if activity is to be written.
    In(Token<Who>, Option<Due>),
}

/// The time of the activity that is to be replaced; none if there is none yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due(pub(crate) Option<u64>);

/// The cart that a request brings, as far as it may be seen.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    Nothing,
    Unsettled,
    Visible(Token<Goods>),
}

impl Found {
    pub(crate) fn items(&self) -> Vec<u32> {
        match self {
            Self::Visible(cart) => cart.fact.items.clone(),
            Self::Nothing | Self::Unsettled => Vec::new(),
        }
    }

    pub(crate) fn is_owned(&self) -> bool {
        matches!(self, Self::Visible(cart) if cart.fact.owner.is_some())
    }
}

impl Standing {
    pub(crate) fn who(&self) -> Option<&Who> {
        match self {
            Self::In(who, _) => Some(&who.fact),
            _ => None,
        }
    }

    /// Returns the last user of the browser: signed in, or timed out.
    pub(crate) fn last(&self) -> Option<&Who> {
        match self {
            Self::In(Token { fact, .. }, _) | Self::Lapsed(fact) => Some(fact),
            Self::Nobody | Self::Unsettled => None,
        }
    }
}

impl Asked {
    pub(crate) fn identity(&self) -> Standing {
        let (mut accepted, mut lapsed, mut unsettled): (Option<&Token<Who>>, _, _) = (None, None, false);
        for token in self.jars.iter().filter_map(|jar| jar.id.as_ref()) {
            match self.machine.opens(token, self.now) {
                Err(No::Unsettled) => unsettled = true,
                Err(No::Dead) => {}
                Ok(()) if token.fact.end() <= self.now => lapsed = Some(token.fact.clone()),
                Ok(()) if accepted.is_some_and(|other| other.fact.id != token.fact.id) => {
                    return Standing::Nobody;
                }
                Ok(()) => accepted = Some(token),
            }
        }
        match (accepted, unsettled, lapsed) {
            (Some(token), ..) => self.active(token),
            (None, true, _) => Standing::Unsettled,
            (None, false, Some(who)) => Standing::Lapsed(who),
            (None, false, None) => Standing::Nobody,
        }
    }

    /// Applies the idle timeout.
    fn active(&self, token: &Token<Who>) -> Standing {
        if token.fact.expires.is_some() {
            return Standing::In(token.clone(), None);
        }
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
        match (age < IDLE, seen.is_none() && unsettled) {
            (true, true) => Standing::In(token.clone(), None),
            (false, true) => Standing::Unsettled,
            (false, false) => Standing::Lapsed(token.fact.clone()),
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
        let idle = seen.max().unwrap_or(0).max(token.sealed) + IDLE;
        if token.fact.expires.is_some() { token.fact.end() } else { token.fact.end().min(idle) }
    }

    pub(crate) fn cart(&self, standing: &Standing) -> Found {
        self.cart_of(standing.who(), matches!(standing, Standing::Unsettled))
    }

    /// Returns the cart without an owner, or that of `owner`, who may have timed out.
    pub(crate) fn cart_of(&self, owner: Option<&Who>, is_unsettled: bool) -> Found {
        let (mut best, mut unsettled): (Option<&Token<Goods>>, _) = (None, false);
        for token in self.jars.iter().filter_map(|jar| jar.cart.as_ref()) {
            let goods = &token.fact;
            match (self.machine.opens(token, self.now), goods.owner) {
                (Err(No::Unsettled), _) => unsettled = true,
                (Err(No::Dead), _) => {}
                (Ok(()), None) if goods.started + ABSOLUTE <= self.now => {}
                (Ok(()), Some(_)) if is_unsettled => unsettled = true,
                (Ok(()), Some(id)) if owner.is_none_or(|who| who.id != id) => {}
                (Ok(()), _) => {
                    let rank = |it: &Token<Goods>| (it.fact.owner.is_some(), it.sealed, it.fact.generation);
                    best = Some(best.filter(|best| rank(best) >= rank(token)).unwrap_or(token));
                }
            }
        }
        match (best, unsettled) {
            (Some(token), _) => Found::Visible(token.clone()),
            (None, true) => Found::Unsettled,
            (None, false) => Found::Nothing,
        }
    }

    /// Returns the messages, and their time; none if there is nothing to show or to remove.
    pub(crate) fn messages(&self) -> Option<Token<Vec<String>>> {
        let tokens = self.jars.iter().filter_map(|jar| jar.flash.as_ref());
        let tokens =
            tokens.filter(|it| self.machine.opens(it, self.now).is_ok() && it.sealed + FLASH > self.now);
        tokens.reduce(|best, next| if next.sealed > best.sealed { next } else { best }).cloned()
    }
}
