//! The reference's view of the world: cookies as plain facts, keys as numbers, and what a node may open.
//!
//! It shares no code with the library, only the names of the cookies and what the numbers below mean.

use std::rc::Rc;

/// The time at which every story begins.
pub(crate) const START: u64 = 1_800_000_000;
/// An hour and a half in all, an hour without a request.
pub(crate) const ABSOLUTE: u64 = 5_400;
pub(crate) const IDLE: u64 = 3_600;
/// The longest time that anybody is remembered: six hours.
pub(crate) const REMEMBER: u64 = 21_600;
pub(crate) const LONGEST: u64 = REMEMBER + MAX_LAG + MAX_HOLD;
/// The longest time that a node has an older ring than the newest.
pub(crate) const MAX_LAG: u64 = 7_200;
/// The longest time that a handler takes.
pub(crate) const MAX_HOLD: u64 = 3_600;
pub(crate) const FLASH: u64 = 3_600;
pub(crate) const SKEW: u64 = 60;

/// The cookies that a browser keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jar {
    pub(crate) id: Option<Token<Who>>,
    pub(crate) cart: Option<Token<Goods>>,
    pub(crate) seen: Option<Token<Seen>>,
    pub(crate) flash: Option<Token<Vec<String>>>,
}

/// A fact under a key.
#[derive(Clone, Debug)]
pub(crate) struct Token<F> {
    pub(crate) fact: F,
    pub(crate) sealed: u64,
    pub(crate) key: usize,
}

/// A sign-in.
#[derive(Clone, Debug)]
pub(crate) struct Who {
    pub(crate) id: u32,
    pub(crate) subject: &'static str,
    pub(crate) started: u64,
    pub(crate) authenticated: u64,
    pub(crate) expires: Option<u64>,
}

impl Who {
    /// Returns the end of the sign-in if nothing ends it earlier, idle timeout aside.
    pub(crate) fn end(&self) -> u64 {
        match self.expires {
            None => self.started + ABSOLUTE,
            Some(at) => at.min(self.started + REMEMBER),
        }
    }
}

/// A cart.
#[derive(Clone, Debug)]
pub(crate) struct Goods {
    pub(crate) owner: Option<u32>,
    pub(crate) items: Vec<u32>,
    pub(crate) started: u64,
    pub(crate) generation: u32,
}

/// The activity of the sign-in with this id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen(pub(crate) u32);

/// One cookie that a response sets or removes.
#[derive(Clone, Debug)]
pub(crate) enum Set {
    Id(Option<Token<Who>>),
    Cart(Option<Token<Goods>>),
    Seen(Option<Token<Seen>>),
    Flash(Option<Token<Vec<String>>>),
}

impl Set {
    /// Returns the cookie's name, with `-` before it if the cookie is removed.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Id(Some(_)) => "__Host-id",
            Self::Id(None) => "-__Host-id",
            Self::Cart(Some(_)) => "__Host-session",
            Self::Cart(None) => "-__Host-session",
            Self::Seen(Some(_)) => "__Host-seen",
            Self::Seen(None) => "-__Host-seen",
            Self::Flash(Some(_)) => "__Host-flash",
            Self::Flash(None) => "-__Host-flash",
        }
    }
}

impl Jar {
    pub(crate) fn keep(&mut self, set: Set) {
        match set {
            Set::Id(id) => self.id = id,
            Set::Cart(cart) => self.cart = cart,
            Set::Seen(seen) => self.seen = seen,
            Set::Flash(flash) => self.flash = flash,
        }
    }
}

/// A generation of the key ring: when each key comes into force. The last one is a standby.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    in_force: Vec<u64>,
}

impl Ring {
    pub(crate) fn new(now: u64) -> Self {
        Self { in_force: vec![now] }
    }

    /// Returns the next generation; none while a rotation is pending.
    pub(crate) fn rotated(&self, propagation: u64, now: u64) -> Option<Self> {
        let mut in_force = self.in_force.clone();
        if in_force.last().is_some_and(|&last| last > now) {
            return None;
        }
        in_force.push(now + propagation);
        Some(Self { in_force })
    }
}

/// A node, as far as tokens go.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    pub(crate) ring: Rc<Ring>,
    pub(crate) loaded: u64,
    pub(crate) renew_after: u64,
}

/// The reason why a token is not opened.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum No {
    Dead,
    Unsettled,
}

impl Machine {
    pub(crate) fn opens<F>(&self, token: &Token<F>, now: u64) -> Result<(), No> {
        let scheduled = self.ring.in_force.len();
        if token.key > scheduled {
            // Not even as a standby.
            let may_lag = token.sealed + SKEW >= self.loaded;
            return Err(if may_lag { No::Unsettled } else { No::Dead });
        }
        let retired = self.ring.in_force.get(token.key + 1);
        if retired.is_some_and(|at| at + LONGEST + SKEW <= now) || token.sealed + LONGEST + SKEW <= now {
            return Err(No::Dead);
        }
        if token.sealed > now + SKEW { Err(No::Unsettled) } else { Ok(()) }
    }

    /// Returns a token that this node seals at this time.
    pub(crate) fn seals<F>(&self, fact: F, sealed: u64, now: u64) -> Token<F> {
        let key = self.ring.in_force.iter().rposition(|&at| at <= now).unwrap();
        Token { fact, sealed, key }
    }

    /// True if this node has loaded every ring up to `ring`.
    pub(crate) fn has(&self, ring: &Ring) -> bool {
        self.ring.in_force.len() == ring.in_force.len()
    }
}
