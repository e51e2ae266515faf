//! The promises so far: for each identity that was given out, whether it is dead, and which nodes know.

use std::collections::BTreeMap;

use gingersnap::SignInKey;

use crate::db::NODES;
use crate::node::Person;

#[derive(Default)]
pub(crate) struct Facts {
    /// All identities, by their values.
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) sign_ins: Vec<SignIn>,
}

/// A sign-in, with all that renewals made of it.
pub(crate) struct SignIn {
    pub(crate) person: Person,
    pub(crate) started_at: u64,
    /// Its key in lists; none where the store may have lost the beginning.
    pub(crate) key: Option<SignInKey>,
}

pub(crate) struct Token {
    pub(crate) sign_in: usize,
    /// The number of its answer: what was given out before has a smaller one.
    pub(crate) number: usize,
    pub(crate) death: Death,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Death {
    /// Nothing ended it.
    None,
    /// Something may have, and nobody was told.
    Maybe,
    Certain(End),
}

/// An end that was told, or must be true of what was told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    /// The store's time from which it is dead.
    pub(crate) at: u64,
    /// The store's time when it was told, and put back where the store had lost it.
    pub(crate) told_at: u64,
    /// The nodes that must know of it.
    pub(crate) knows: [bool; NODES],
    /// True if every node must learn of it from the store.
    pub(crate) is_stored: bool,
}

impl End {
    /// One that the store was told by a node, which need not know of it yet.
    pub(crate) fn stored(now: u64) -> Self {
        Self { at: now, told_at: now, knows: [false; NODES], is_stored: true }
    }

    pub(crate) fn known_to(mut self, node: usize) -> Self {
        self.knows[node] = true;
        self
    }

    /// Combines the knowledge of one end from two sources.
    fn and(self, other: Self) -> Self {
        Self {
            told_at: self.told_at.max(other.told_at),
            knows: [0, 1, 2].map(|node| self.knows[node] || other.knows[node]),
            is_stored: self.is_stored || other.is_stored,
            ..self
        }
    }

    fn is_known(&self) -> bool {
        self.is_stored || self.knows.contains(&true)
    }
}

impl Facts {
    pub(crate) fn person(&self, token: &Token) -> Person {
        self.sign_ins[token.sign_in].person
    }

    /// Ends what `which` says.
    pub(crate) fn end(&mut self, end: End, which: impl Fn(&Token, &SignIn) -> bool) {
        for token in self.tokens.values_mut().filter(|it| which(it, &self.sign_ins[it.sign_in])) {
            token.death = match token.death {
                // The earlier end is what counts.
                Death::Certain(known) if known.at < end.at => Death::Certain(known),
                Death::Certain(known) if known.at == end.at => Death::Certain(known.and(end)),
                _ => Death::Certain(end),
            };
        }
    }

    /// Ends what `which` says; shortly after a fail-over that holds for what was not sealed ahead of the store's clock.
    pub(crate) fn cut_off(&mut self, end: End, is_shaky: bool, which: impl Fn(&Token, &SignIn) -> bool) {
        if is_shaky { self.doubt(which) } else { self.end(end, which) }
    }

    /// Nobody can say of these whether they are dead.
    pub(crate) fn doubt(&mut self, which: impl Fn(&Token, &SignIn) -> bool) {
        for token in self.tokens.values_mut().filter(|it| which(it, &self.sign_ins[it.sign_in])) {
            if matches!(token.death, Death::None) {
                token.death = Death::Maybe;
            }
        }
    }

    /// A node looked at the feed: it knows what the store has, and the store what the node knows.
    pub(crate) fn pulled(&mut self, node: usize, tells_at: Option<u64>) {
        for end in self.ends() {
            let was_stored = end.is_stored;
            if let Some(now) = tells_at.filter(|_| end.knows[node] && !was_stored) {
                (end.is_stored, end.told_at) = (true, now);
            }
            end.knows[node] |= was_stored;
        }
    }

    /// A node forgot what it knew.
    pub(crate) fn started(&mut self, node: usize) {
        self.ends().for_each(|end| end.knows[node] = false);
        self.doubt_what_is_forgotten();
    }

    /// The store lost its last writes: nobody can say which.
    pub(crate) fn failed_over(&mut self) {
        self.ends().for_each(|end| end.is_stored = false);
        self.sign_ins.iter_mut().for_each(|it| it.key = None);
        self.doubt_what_is_forgotten();
    }

    fn ends(&mut self) -> impl Iterator<Item = &mut End> {
        self.tokens.values_mut().filter_map(|token| match &mut token.death {
            Death::Certain(end) => Some(end),
            _ => None,
        })
    }

    fn doubt_what_is_forgotten(&mut self) {
        for token in self.tokens.values_mut() {
            if matches!(token.death, Death::Certain(end) if !end.is_known()) {
                token.death = Death::Maybe;
            }
        }
    }
}
