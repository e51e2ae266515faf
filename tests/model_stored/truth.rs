//! The truth: the meaning of each cookie that was ever set, the content of each row, and the view that a browser must be shown.

use std::collections::{BTreeMap, BTreeSet};

use crate::node::{ABSOLUTE, LASTING, LONGEST};
use crate::site::{Cart, Person};

/// A browser's cookies.
pub(crate) type Jar = BTreeMap<String, String>;

/// A row's name.
pub(crate) type Key = [u8; 16];

/// The meaning of a cookie's value.
#[derive(Clone, Debug)]
pub(crate) enum Meaning {
    SignIn {
        person: Person,
        started: u64,
    },
    /// The cart is in this row.
    Pointer {
        row: Key,
        sealed: u64,
        is_own: bool,
    },
    /// The cart is in the cookie.
    Cookie {
        cart: Cart,
        owner: Option<Person>,
        started: u64,
        sealed: u64,
    },
}

/// The content of a row.
#[derive(Clone, Debug)]
pub(crate) struct Truth {
    pub(crate) version: u32,
    pub(crate) bytes: Vec<u8>,
    pub(crate) owner: Option<Person>,
    /// None while no pointer to it came.
    pub(crate) cart: Option<Cart>,
    pub(crate) started: u64,
    pub(crate) sealed: u64,
}

/// Everything that was ever set or stored.
#[derive(Clone, Default)]
pub(crate) struct Facts {
    pub(crate) meanings: BTreeMap<String, Meaning>,
    pub(crate) rows: BTreeMap<Key, Truth>,
    /// The end of the deploy that put all carts into the store; 0 if those in cookies are not taken. None before it.
    pub(crate) moved: Option<u64>,
    /// The identities that a node knows to have ended, since somebody signed out there.
    pub(crate) ended: BTreeSet<(usize, String)>,
}

/// The view that a browser must be shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Shown {
    pub(crate) who: Option<Person>,
    pub(crate) cart: Cart,
    /// Whose the cart is; None also if there is none.
    pub(crate) owner: Option<Person>,
    /// The row that it is in.
    pub(crate) row: Option<Key>,
    /// The start of a guest's cart.
    pub(crate) started: Option<u64>,
}

impl Facts {
    pub(crate) fn meaning(&self, jar: &Jar, name: &str) -> Option<&Meaning> {
        self.meanings.get(jar.get(name)?)
    }

    pub(crate) fn who(&self, jar: &Jar, now: u64) -> Option<Person> {
        match self.meaning(jar, ID) {
            Some(&Meaning::SignIn { person, started }) if started + ABSOLUTE > now => Some(person),
            _ => None,
        }
    }

    /// The row that a cookie points to, whether it is there or not.
    pub(crate) fn pointed(&self, jar: &Jar, name: &str) -> Option<Key> {
        match self.meaning(jar, name) {
            Some(&Meaning::Pointer { row, .. }) => Some(row),
            _ => None,
        }
    }

    /// The view that a node shows for these cookies: one's own cart, or else a guest's. A cart that is somebody else's, gone, or
    /// over is not in it.
    pub(crate) fn shown(&self, jar: &Jar, node: usize, now: u64) -> Shown {
        let has_ended = |id: &String| self.ended.contains(&(node, id.clone()));
        let who = self.who(jar, now).filter(|_| !jar.get(ID).is_some_and(has_ended));
        self.shown_to(who, jar, now)
    }

    /// The same, if this person were there.
    pub(crate) fn shown_to(&self, who: Option<Person>, jar: &Jar, now: u64) -> Shown {
        let own = who.and_then(|_| self.cart(jar, OWN, who, now).or_else(|| self.cart(jar, GUEST, who, now)));
        let cart = own.or_else(|| self.cart(jar, GUEST, None, now));
        let nothing = Shown { who, cart: Cart::default(), owner: None, row: None, started: None };
        cart.map_or(nothing, |shown| Shown { who, ..shown })
    }

    /// The cart in this cookie, or in the row that it points to, if it is this owner's.
    fn cart(&self, jar: &Jar, name: &str, whose: Option<Person>, now: u64) -> Option<Shown> {
        let (cart, owner, started, sealed, row) = match self.meaning(jar, name)? {
            Meaning::Pointer { row, sealed: pointed, .. } => {
                let truth = self.rows.get(row)?;
                let is_alive = name == GUEST || pointed + LONGEST > now;
                let Truth { owner, started, sealed, .. } = *truth;
                (truth.cart.as_ref().filter(|_| is_alive)?, owner, started, sealed, Some(*row))
            }
            Meaning::Cookie { sealed, .. } if self.moved.is_some_and(|end| *sealed >= end) => return None,
            Meaning::Cookie { cart, owner, started, sealed } => (cart, *owner, *started, *sealed, None),
            Meaning::SignIn { .. } => return None,
        };
        // One in a person's cookie to nobody's is as if absent.
        let is_theirs = owner == whose && !(owner.is_none() && name == OWN);
        let ends = if owner.is_none() { started + LASTING } else { sealed + LONGEST };
        let shown =
            Shown { who: whose, cart: cart.clone(), owner, row, started: owner.is_none().then_some(started) };
        (is_theirs && ends > now).then_some(shown)
    }
}

impl Truth {
    /// True if nobody is shown it any more.
    pub(crate) const fn is_over(&self, now: u64) -> bool {
        let ends = if self.owner.is_none() { self.started + LASTING } else { self.sealed + LONGEST };
        ends <= now
    }
}

pub(crate) const ID: &str = "__Host-id";
pub(crate) const GUEST: &str = "__Host-cart";
pub(crate) const OWN: &str = "__Host-cart-own";
