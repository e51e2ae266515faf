//! The deeds of a handler on a cart.

use super::cart::{Cart, Draft, draft};
use super::{Course, Open, Why};
use crate::facts::Person;

impl Course<'_> {
    /// The cart that may be seen now, or an empty one.
    pub(crate) fn cart(&self) -> Result<Draft, Open> {
        Ok(self.seen()?.unwrap_or(Draft::empty(self.later)))
    }

    fn seen(&self) -> Result<Option<Draft>, Open> {
        let person = self.now.as_ref().map_err(|&open| open)?.as_ref().map(|who| who.subject);
        let own = person.map(|person| self.own_of(person)).transpose()?.flatten();
        if own.is_some() { Ok(own) } else { self.guests() }
    }

    pub(super) fn guests(&self) -> Result<Option<Draft>, Open> {
        match &self.guest {
            Cart::AsItCame => draft(self.asked.guest()),
            left => Ok(left.draft()),
        }
    }

    pub(super) fn own_of(&self, person: Person) -> Result<Option<Draft>, Open> {
        match self.own.get(&person).unwrap_or(&Cart::AsItCame) {
            Cart::AsItCame if self.is_own_destroyed || self.out.is_anybody => Ok(None),
            // A sign-out takes along what cannot be read.
            Cart::AsItCame => draft(self.asked.own(person)).or(self.out.is_any.then_some(None).ok_or(Open)),
            left => Ok(left.draft()),
        }
    }

    /// Puts an item into the cart of who is signed in now. Returns the items that the handler sees then.
    pub(crate) fn add(&mut self, item: u32) -> Vec<u32> {
        (self.is_pending, self.lost) = (true, None);
        let Ok(mut cart) = self.cart() else {
            self.blocked.push(item);
            return self.blocked.clone();
        };
        cart.items.push(item);
        let items = cart.items.clone();
        self.write(cart);
        items
    }

    /// The same, but all or nothing.
    pub(crate) fn try_add(&mut self, item: u32) -> Result<Vec<u32>, Why> {
        let cart = self.cart().map_err(|Open| Why::Unsettled)?;
        if cart.is_full { Err(Why::DoesNotFit) } else { Ok(self.add(item)) }
    }

    /// Puts so much beside the item that the cart does not fit.
    pub(crate) fn stuff(&mut self, item: u32) -> Vec<u32> {
        let items = self.add(item);
        if let Some(Cart::Written(cart)) = self.cart_mut() {
            cart.is_full = true;
        }
        items
    }

    /// True if what is written for who is there now does not fit.
    pub(crate) fn is_full(&mut self) -> bool {
        matches!(self.cart_mut(), Some(Cart::Written(cart)) if cart.is_full)
    }

    /// The cart that is written for who is there now.
    fn cart_mut(&mut self) -> Option<&mut Cart> {
        match self.person() {
            Some(person) => self.own.get_mut(&person),
            None => Some(&mut self.guest),
        }
    }

    pub(crate) fn is_blocked(&self) -> bool {
        !self.blocked.is_empty()
    }

    fn write(&mut self, cart: Draft) {
        match self.person() {
            Some(person) => {
                self.own.insert(person, Cart::Written(cart));
                self.guest = Cart::Gone;
            }
            None => self.guest = Cart::Written(cart),
        }
    }

    /// Seals the cart, if the browser does not have it.
    pub(crate) fn save(&mut self) -> Result<(), Why> {
        match (self.lost, self.is_blocked(), self.is_full()) {
            (Some(why), ..) => return Err(why),
            (None, true, _) => return Err(Why::Unsettled),
            (None, _, true) => return Err(Why::DoesNotFit),
            (None, false, false) => self.is_pending = false,
        }
        if self.seen().map_err(|Open| Why::Unsettled)?.is_none() {
            self.write(Draft::empty(self.later));
        }
        let (owner, asked, later) = (self.person(), self.asked, self.later);
        if let Some(cart) = self.cart_mut()
            && let Cart::Written(draft) = cart
        {
            let token = draft.clone().sealed(owner, asked, later);
            *cart = Cart::Saved(token.clone());
            self.saved = Some(token);
        }
        Ok(())
    }

    /// Removes what is seen now, and a guest's cart beside it. Where nobody knows whose it is, all stays.
    pub(crate) fn destroy(&mut self) {
        self.turn(false);
        self.saved = None;
        match &self.now {
            Err(Open) => return,
            Ok(Some(who)) => {
                let person = who.subject;
                self.own.insert(person, Cart::Gone);
                self.is_own_destroyed |= self.asked.may_hold(person);
            }
            Ok(None) => {}
        }
        self.guest = Cart::Gone;
        self.is_destroyed = true;
    }

    /// Begins with somebody else: a handle that `holds` what was not saved has lost it, unless it is adopted.
    pub(super) fn turn(&mut self, holds: bool) {
        let why = if self.is_blocked() { Why::Unsettled } else { Why::Ended };
        let is_lost = std::mem::take(&mut self.is_pending) && holds;
        self.lost = is_lost.then_some(why);
        self.blocked.clear();
    }
}
