//! The expected answer to each request, by the reference.

use crate::facts::{Goods, REMEMBER, Seen, Set, Who};
use crate::reference::{Asked, Found, Standing};
use crate::site::{Op, Saw};

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

/// The handler's view and the cookies; or, as an error, the cookies of a request whose tokens may be accepted later.
type Outcome = Result<(Saw, Vec<Set>), Vec<Set>>;

/// Another identity, or none.
struct Next {
    who: Option<Who>,
    /// The identity whose data goes along.
    follows: Option<Who>,
    /// True if the cart gets an item first.
    add: bool,
}

impl Asked {
    pub(crate) fn answer(&self, wanted: &Wanted) -> Answer {
        let standing = self.identity();
        let outcome = match wanted.op {
            Op::Read | Op::Poll | Op::Look | Op::Keep | Op::MixUp => self.look(&standing, wanted),
            Op::Add => self.add(&standing, wanted),
            Op::Push | Op::Show => self.flash(wanted),
            Op::SignIn { .. } => self.sign_in(&standing, wanted),
            Op::SignOut { add } => self.change(&standing, wanted, &Next { who: None, follows: None, add }),
            Op::Renew | Op::Reauthenticate => self.renew(&standing, wanted),
        };
        match outcome {
            Ok((saw, sets)) => {
                // An answer that the handler calls a failure leaves the browser as it is.
                let sets = if wanted.is_kept_back() { Vec::new() } else { sets };
                Answer { status: wanted.status, saw, sets }
            }
            Err(sets) => Answer { status: 503, saw: Saw::default(), sets },
        }
    }

    fn look(&self, standing: &Standing, wanted: &Wanted) -> Outcome {
        let saw = Saw { cart: self.cart(standing).items(), ..of(standing.who()) };
        Ok(match (wanted.op, self.messages()) {
            (Op::Look, Some(it)) => (Saw { messages: it.fact, ..saw }, vec![Set::Flash(None)]),
            (Op::Look | Op::Poll, _) => (saw, Vec::new()),
            _ => (saw, self.activity(standing, wanted).into_iter().collect()),
        })
    }

    fn activity(&self, standing: &Standing, wanted: &Wanted) -> Option<Set> {
        let Standing::In(who, Some(due)) = standing else { return None };
        let sealed = due.0.unwrap_or(0).max(wanted.later);
        Some(Set::Seen(Some(self.machine.seals(Seen(who.fact.id), sealed, wanted.later))))
    }

    fn add(&self, standing: &Standing, wanted: &Wanted) -> Outcome {
        let found = self.cart(standing);
        let saw = Saw { cart: found.items(), ..Saw::default() };
        let is_unsettled = matches!((standing, &found), (Standing::Unsettled, _) | (_, Found::Unsettled));
        if is_unsettled && !wanted.is_kept_back() {
            return Err(Vec::new());
        }
        let mut sets = vec![self.write(&found, standing.who(), Some(wanted.number), wanted.later)];
        sets.extend(self.activity(standing, wanted));
        Ok((saw, sets))
    }

    /// The cart's next token: with another item, or only another owner.
    fn write(&self, found: &Found, owner: Option<&Who>, item: Option<u32>, later: u64) -> Set {
        let before = match found {
            Found::Visible(token) => Some(token),
            Found::Nothing | Found::Unsettled => None,
        };
        let started = before.map_or(later, |token| token.fact.started);
        let goods = Goods {
            owner: owner.map(|who| who.id),
            items: found.items().into_iter().chain(item).collect(),
            started: started.max(owner.map_or(0, |who| who.started)),
            generation: before.map_or(1, |token| token.fact.generation + 1),
        };
        let sealed = before.map_or(later, |token| token.sealed.max(later));
        Set::Cart(Some(self.machine.seals(goods, sealed, later)))
    }

    fn flash(&self, wanted: &Wanted) -> Outcome {
        let brought = self.messages();
        let sealed = brought.as_ref().map_or(0, |it| it.sealed).max(wanted.later);
        let is_brought = brought.is_some();
        let mut messages = brought.map(|it| it.fact).unwrap_or_default();
        if wanted.op == Op::Show {
            let sets = is_brought.then_some(Set::Flash(None)).into_iter().collect();
            return Ok((Saw { messages, ..Saw::default() }, sets));
        }
        messages.push(wanted.number.to_string());
        let token = self.machine.seals(messages, sealed, wanted.later);
        Ok((Saw::default(), vec![Set::Flash(Some(token))]))
    }

    fn sign_in(&self, standing: &Standing, wanted: &Wanted) -> Outcome {
        let Op::SignIn { subject, remember, add } = wanted.op else { return Err(Vec::new()) };
        if matches!(standing, Standing::Unsettled) {
            return Err(Vec::new());
        }
        let Wanted { number, later, .. } = *wanted;
        let expires = remember.map(|seconds| later + seconds.min(REMEMBER));
        let who = Some(Who { id: number, subject, started: later, authenticated: later, expires });
        let follows = standing.last().filter(|last| last.subject == subject).cloned();
        self.change(standing, wanted, &Next { who, follows, add })
    }

    fn renew(&self, standing: &Standing, wanted: &Wanted) -> Outcome {
        let Some(who) = standing.who() else { return Ok((Saw::default(), Vec::new())) };
        let authenticated = if wanted.op == Op::Renew { who.authenticated } else { wanted.later };
        let next = Who { id: wanted.number, authenticated, ..who.clone() };
        let next = Next { who: Some(next), follows: Some(who.clone()), add: false };
        self.change(standing, wanted, &next)
    }

    fn change(&self, standing: &Standing, wanted: &Wanted, next: &Next) -> Outcome {
        let (found, who) = (self.cart(standing), next.who.as_ref());
        let saw = match next.add {
            true => Saw { cart: found.items(), ended: found.is_owned() && next.follows.is_none(), ..of(who) },
            false => of(who),
        };
        let must_go_along = next.add || next.follows.is_some();
        if matches!(found, Found::Unsettled) && must_go_along && !wanted.is_kept_back() {
            return Err(who.is_none().then_some(Set::Id(None)).into_iter().collect());
        }
        let sealed = match standing {
            Standing::In(before, _) => before.sealed.max(wanted.later),
            _ => wanted.later,
        };
        let mut sets = vec![Set::Id(who.map(|who| self.machine.seals(who.clone(), sealed, wanted.later)))];
        if self.jars.iter().any(|jar| jar.seen.is_some()) {
            sets.push(Set::Seen(None));
        }
        sets.extend(self.moved(standing, wanted, next));
        let is_for_another = match (who, standing.last()) {
            (Some(who), last) => last.is_some_and(|last| last.subject != who.subject),
            (None, _) => true,
        };
        if is_for_another && self.messages().is_some() {
            sets.push(Set::Flash(None));
        }
        Ok((saw, sets))
    }

    /// Returns the change of the cart when the identity changes.
    fn moved(&self, standing: &Standing, wanted: &Wanted, next: &Next) -> Option<Set> {
        // A handle from before the change saw nothing of a person who timed out.
        let owner = if next.add { standing.who() } else { standing.last() };
        let found = self.cart_of(owner, next.add && matches!(standing, Standing::Unsettled));
        let item = next.add.then_some(wanted.number);
        match (found.is_owned(), &next.follows) {
            (true, None) => Some(Set::Cart(None)),
            (false, _) if !next.add => None,
            _ => Some(self.write(&found, next.who.as_ref(), item, wanted.later)),
        }
    }
}

impl Answer {
    pub(crate) fn names(&self) -> Vec<String> {
        self.sets.iter().map(|set| set.name().into()).collect()
    }
}

impl Wanted {
    /// True if the answer's status says that nothing of it is to be kept.
    fn is_kept_back(&self) -> bool {
        self.status >= 500 || self.status == 408
    }
}

/// Returns a handler's view of an identity.
fn of(who: Option<&Who>) -> Saw {
    let times = who.map(|who| (who.started, who.authenticated, who.expires));
    Saw { who: who.map(|who| who.subject.into()), times, ..Saw::default() }
}
