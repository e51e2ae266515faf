//! The reference's view of the world: cookies as plain facts, keys as numbers, and what a node may open.
//!
//! It shares no code with the library, only the names of the cookies and what the numbers below mean.

use std::rc::Rc;

/// The time at which every story begins.
pub(crate) const START: u64 = 1_800_000_000;
/// An hour and a half in all, an hour without a request.
pub(crate) const ABSOLUTE: u64 = 5_400;
/// A deploy may choose another.
pub(crate) const SHORTER: u64 = 2_700;
pub(crate) const LONGER: u64 = 10_800;
pub(crate) const IDLE: u64 = 3_600;
/// The longest time that anybody is remembered: six hours.
pub(crate) const REMEMBER: u64 = 21_600;
/// The same without a request.
pub(crate) const REMEMBER_IDLE: u64 = 5_000;
/// The life of a guest's cart.
pub(crate) const LASTING: u64 = 4_000;
pub(crate) const LONGEST: u64 = REMEMBER + MAX_LAG + MAX_HOLD;
/// The longest time that a node has an older ring than the newest.
pub(crate) const MAX_LAG: u64 = 7_200;
/// The longest time that a handler takes.
pub(crate) const MAX_HOLD: u64 = 3_600;
pub(crate) const FLASH: u64 = 3_600;
pub(crate) const SKEW: u64 = 60;
/// The longest time that what is ahead is left alone.
pub(crate) const PATIENCE: u64 = 300;

/// The cookies that a browser keeps.
#[derive(Clone, Debug, Default)]
pub(crate) struct Jar {
    pub(crate) id: Option<Token<Who>>,
    pub(crate) seen: Option<Token<Seen>>,
    /// A guest's cart.
    pub(crate) guest: Option<Token<Goods>>,
    /// A person's cart.
    pub(crate) own: Option<Token<Goods>>,
    pub(crate) flash: Option<Token<Vec<Note>>>,
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
    pub(crate) subject: Person,
    pub(crate) started: u64,
    pub(crate) authenticated: u64,
    pub(crate) remembered: bool,
    /// The end by the policy of its day.
    pub(crate) ends: u64,
}

pub(crate) type Person = &'static str;

/// A cart, and the person whose it is; a guest's is nobody's.
#[derive(Clone, Debug)]
pub(crate) struct Goods {
    pub(crate) owner: Option<Person>,
    pub(crate) items: Vec<u32>,
    pub(crate) started: u64,
    pub(crate) generation: u32,
}

/// The activity of the sign-in with this id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen(pub(crate) u32);

/// A message, and the person whose it is.
#[derive(Clone, Debug)]
pub(crate) struct Note {
    pub(crate) owner: Option<Person>,
    pub(crate) text: String,
}

/// One cookie that a response sets or removes.
#[derive(Clone, Debug)]
pub(crate) enum Set {
    Id(Option<Token<Who>>),
    Seen(Option<Token<Seen>>),
    Guest(Option<Token<Goods>>),
    Own(Option<Token<Goods>>),
    Flash(Option<Token<Vec<Note>>>),
}

impl Set {
    /// Returns the cookie's name, with `-` before it if the cookie is removed.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Id(Some(_)) => "__Host-id",
            Self::Id(None) => "-__Host-id",
            Self::Seen(Some(_)) => "__Host-seen",
            Self::Seen(None) => "-__Host-seen",
            Self::Guest(Some(_)) => "__Host-cart",
            Self::Guest(None) => "-__Host-cart",
            Self::Own(Some(_)) => "__Host-cart-own",
            Self::Own(None) => "-__Host-cart-own",
            Self::Flash(Some(_)) => "__Host-flash",
            Self::Flash(None) => "-__Host-flash",
        }
    }
}

impl Jar {
    pub(crate) fn keep(&mut self, set: Set) {
        match set {
            Set::Id(id) => self.id = id,
            Set::Seen(seen) => self.seen = seen,
            Set::Guest(cart) => self.guest = cart,
            Set::Own(cart) => self.own = cart,
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
    /// The absolute timeout of its policy.
    pub(crate) absolute: u64,
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
            let may_lag = now < token.sealed + MAX_LAG
                && token.sealed <= now + PATIENCE
                && token.sealed + SKEW >= self.loaded;
            return Err(if may_lag { No::Unsettled } else { No::Dead });
        }
        let retired = self.ring.in_force.get(token.key + 1);
        if retired.is_some_and(|at| at + LONGEST + SKEW <= now) || token.sealed + LONGEST + SKEW <= now {
            return Err(No::Dead);
        }
        let ahead = token.sealed.saturating_sub(now);
        match (ahead <= SKEW, ahead <= PATIENCE) {
            (true, _) => Ok(()),
            (false, true) => Err(No::Unsettled),
            (false, false) => Err(No::Dead),
        }
    }

    /// Returns the seconds without a request after which a sign-in is over.
    pub(crate) const fn idle(who: &Who) -> u64 {
        if who.remembered { REMEMBER_IDLE } else { IDLE }
    }

    /// Returns the end of a sign-in by this node's policy and by that of its day, idle timeout aside.
    pub(crate) fn end(&self, who: &Who) -> u64 {
        who.ends.min(who.started + if who.remembered { REMEMBER } else { self.absolute })
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
