//! A cart on its way to the next cookie.

use super::Open;
use crate::facts::{Goods, No, Person, Token};
use crate::reference::{Asked, Found};

/// A cart on its way.
#[derive(Clone, Debug, Default)]
pub(crate) enum Cart {
    #[default]
    AsItCame,
    Written(Draft),
    Saved(Token<Goods>),
    Gone,
}

/// A cart that is not sealed yet.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) items: Vec<u32>,
    /// True if it does not fit.
    pub(super) is_full: bool,
    /// True if it was a guest's before a sign-in of this request.
    pub(super) is_adopted: bool,
    pub(super) started: u64,
    /// Generation and time of the token that it replaces.
    pub(super) after: Option<(u32, u64)>,
}
impl Cart {
    pub(super) fn draft(&self) -> Option<Draft> {
        match self {
            Self::Written(draft) => Some(draft.clone()),
            Self::Saved(token) => Some(Draft::of(token.clone())),
            Self::AsItCame | Self::Gone => None,
        }
    }

    /// The token that goes out, if it was written.
    pub(crate) fn sealed(&self, owner: Option<Person>, asked: &Asked, later: u64) -> Option<Token<Goods>> {
        match self {
            Self::Written(draft) => Some(draft.clone().sealed(owner, asked, later)),
            Self::Saved(token) => Some(token.clone()),
            Self::AsItCame | Self::Gone => None,
        }
    }
}

impl Draft {
    pub(super) fn empty(started: u64) -> Self {
        Self { items: Vec::new(), is_full: false, is_adopted: false, started, after: None }
    }

    pub(super) fn of(token: Token<Goods>) -> Self {
        let Goods { items, started, generation, .. } = token.fact;
        Self { items, after: Some((generation, token.sealed)), ..Self::empty(started) }
    }

    /// This cart and a guest's as one, where the two merge.
    pub(super) fn merged(&self, guests: &Self) -> Option<Self> {
        let items = crate::site::merged(&self.items, &guests.items)?;
        let sealed = guests.after.map_or(0, |(_, sealed)| sealed);
        let after = self.after.map(|(generation, at)| (generation, at.max(sealed)));
        let is_full = self.is_full || guests.is_full;
        Some(Self { items, is_full, after, ..*self })
    }

    /// The next token, which is never older than the one that it replaces.
    pub(super) fn sealed(self, owner: Option<Person>, asked: &Asked, later: u64) -> Token<Goods> {
        let replaced = match owner.map_or_else(|| asked.guest(), |person| asked.own(person)) {
            Found::Visible(token) => token.sealed,
            Found::Nothing | Found::Unsettled => 0,
        };
        let (generation, at) = self.after.unwrap_or_default();
        let goods = Goods { owner, items: self.items, started: self.started, generation: generation + 1 };
        asked.machine.seals(goods, later.max(at).max(replaced), later)
    }
}
impl Asked {
    /// The owner of a cart that came, none if it is dead.
    pub(super) fn reads(&self, token: &Token<Goods>) -> Result<Option<Person>, Open> {
        match self.machine.opens(token, self.now) {
            Ok(()) => Ok(token.fact.owner),
            Err(No::Dead) => Ok(None),
            Err(No::Unsettled) => Err(Open),
        }
    }

    /// True unless all that came under the name of a person's cart is surely another's.
    pub(super) fn may_hold(&self, person: Person) -> bool {
        self.owned().next().is_none()
            || self.owned().any(|token| !matches!(self.reads(token), Ok(Some(owner)) if owner != person))
    }
}
pub(super) fn draft(found: Found) -> Result<Option<Draft>, Open> {
    match found {
        Found::Visible(token) => Ok(Some(Draft::of(token))),
        Found::Nothing => Ok(None),
        Found::Unsettled => Err(Open),
    }
}
