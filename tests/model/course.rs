//! The course of a request: each deed of its handler acts at once on the cookies as the browser would have them.
//!
//! The library decides once, at the end; here there is nothing to decide then: the answer is the difference between
//! the cookies that came and those that are left.

mod cart;
mod goods;
mod notes;
mod verbs;

use std::collections::BTreeMap;

pub(crate) use self::cart::Cart;
pub(crate) use self::notes::Notes;
use crate::facts::{Goods, Person, Token, Who};
use crate::reference::{Asked, Standing};

/// The browser's cookies, and who is signed in, between two deeds of a handler.
pub(crate) struct Course<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) later: u64,
    pub(crate) brought: Standing,
    pub(crate) now: Now,
    /// True if a verb gave the browser another identity, or none.
    pub(crate) is_changed: bool,
    /// True if somebody signed in or out.
    pub(crate) turned: bool,
    /// The carts as they are left; those that are missing are as they came.
    pub(crate) guest: Cart,
    pub(crate) own: BTreeMap<Person, Cart>,
    pub(crate) out: Out,
    /// True if a person's cookie was destroyed, whosever it was.
    pub(crate) is_own_destroyed: bool,
    /// True if what a guest had was destroyed.
    pub(crate) is_destroyed: bool,
    /// True if what a guest had may be another person's.
    is_taken_away: bool,
    /// The items that were added to a cart that cannot be read.
    blocked: Vec<u32>,
    /// True if an item was added since the last sign-in or sign-out, and not saved.
    is_pending: bool,
    /// The reason why what a handle still holds is lost.
    lost: Option<Why>,
    /// The cart that was sealed while the handler ran.
    pub(crate) saved: Option<Token<Goods>>,
    pub(crate) notes: Notes,
}

/// The person signed in; none if nobody is; an error if that is open.
pub(crate) type Now = Result<Option<Who>, Open>;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Open;

/// The reason why a change cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Why {
    Unsettled,
    Ended,
    DoesNotFit,
}

/// Those whom the request signed out.
#[derive(Debug, Default)]
pub(crate) struct Out {
    pub(crate) is_any: bool,
    persons: Vec<Person>,
    /// True if it may be anybody.
    is_anybody: bool,
}

/// The fate of a guest's cart at a sign-in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Taken {
    Nothing,
    Adopted,
    Merged,
    Removed,
}

impl<'a> Course<'a> {
    pub(crate) fn new(asked: &'a Asked, later: u64) -> Self {
        let brought = asked.identity();
        let now = match &brought {
            Standing::In(who, _) => Ok(Some(who.fact.clone())),
            Standing::Unsettled(_) => Err(Open),
            Standing::Nobody | Standing::Conflict | Standing::Lapsed(_) => Ok(None),
        };
        let left = asked.messages().map(|it| it.fact).unwrap_or_default();
        Self {
            asked,
            later,
            brought,
            now,
            is_changed: false,
            turned: false,
            guest: Cart::AsItCame,
            own: BTreeMap::new(),
            out: Out::default(),
            is_own_destroyed: false,
            is_destroyed: false,
            is_taken_away: false,
            blocked: Vec::new(),
            is_pending: false,
            lost: None,
            saved: None,
            notes: Notes { left, ..Notes::default() },
        }
    }

    /// The person who is signed in, as far as is known.
    pub(crate) fn person(&self) -> Option<Person> {
        self.now.as_ref().ok()?.as_ref().map(|who| who.subject)
    }
}
