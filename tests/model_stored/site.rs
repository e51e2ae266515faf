//! The site that the browsers ask: one handler that carries out a script, on the shipped layer.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;

use gingersnap::{Identity, Passive, Session, SessionData, SessionError, View};
use http::request::Parts;
use http::{Request, Response, StatusCode};
use serde::{Deserialize, Serialize};

/// The deeds of a handler, in order; without one it only looks.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Script(pub(crate) [Option<Deed>; 3]);

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Deed {
    /// Puts an item into the cart.
    Add,
    /// Takes the first item out.
    Take,
    /// Writes the cart's note: two that are written at once do not merge.
    Note,
    /// Adds so much that the cart does not fit its cookie.
    Swell,
    /// Takes that out.
    Shrink,
    Save,
    /// Counts by `commit`, and puts an item into the cart with it.
    Count,
    Destroy,
    SignIn(Person),
    SignOut,
}

pub(crate) type Person = &'static str;

/// A cart, whose merge is by item; a note or a count that both sides changed does not merge.
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Cart {
    pub(crate) items: BTreeSet<u32>,
    pub(crate) note: u32,
    pub(crate) count: u32,
    bulk: Vec<u8>,
    /// Bytes that make a cart in a cookie longer than any pointer.
    ballast: Vec<u8>,
}

/// A handler's view, which is the answer's body.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct Saw {
    pub(crate) who: Option<String>,
    /// The cart as it came.
    pub(crate) cart: Cart,
    /// The item that was taken out.
    pub(crate) taken: Vec<u32>,
    /// Times that `commit` told that it is done.
    pub(crate) counted: u32,
    /// True if `save` told that it is done.
    pub(crate) is_saved: bool,
}

impl Default for Cart {
    fn default() -> Self {
        Self { items: BTreeSet::new(), note: 0, count: 0, bulk: Vec::new(), ballast: vec![1; BALLAST] }
    }
}

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;

    fn merge(base: &Self, ours: &Self, theirs: &Self) -> Option<Self> {
        let one = |base: u32, ours: u32, theirs: u32| match () {
            () if ours == base => Some(theirs),
            () if theirs == base || ours == theirs => Some(ours),
            () => None,
        };
        let is_kept = |item: &&u32| {
            let (in_base, in_ours, in_theirs) =
                (base.items.contains(item), ours.items.contains(item), theirs.items.contains(item));
            if in_base { in_ours && in_theirs } else { true }
        };
        Some(Self {
            items: ours.items.union(&theirs.items).filter(is_kept).copied().collect(),
            note: one(base.note, ours.note, theirs.note)?,
            count: one(base.count, ours.count, theirs.count)?,
            ballast: ours.ballast.clone(),
            bulk: if ours.bulk == base.bulk { theirs.bulk.clone() } else { ours.bulk.clone() },
        })
    }
}

/// A request's body: its handler's orders.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Job {
    /// The request's number, which names its items and its note.
    pub(crate) number: u32,
    pub(crate) script: Script,
}

pub(crate) async fn handle(request: Request<Job>) -> Result<Response<Saw>, Infallible> {
    let (parts, job) = request.into_parts();
    let mut saw = Saw::default();
    let outcome = job.run(&parts, &mut saw).await;
    let mut response = Response::new(saw);
    *response.status_mut() = outcome.err().map_or(StatusCode::OK, |error| error.status());
    Ok(response)
}

impl Job {
    async fn run(self, parts: &Parts, saw: &mut Saw) -> Result<(), SessionError> {
        // Activity has a cookie of its own, and is no part of this.
        Passive::from_parts(parts).await?;
        saw.cart = View::<Cart>::from_parts(parts).await?.clone();
        let mut who = Identity::from_parts(parts).await?;
        saw.who = who.subject().map(String::from);
        for (number, deed) in (self.number * DEEDS..).zip(self.script.deeds()) {
            match deed {
                Deed::SignIn(person) => drop(who.sign_in(person).await?),
                Deed::SignOut => who.sign_out().await?,
                deed => {
                    let cart = Session::<Cart>::from_parts(parts).await?;
                    shop(cart, deed, number, saw).await?;
                }
            }
        }
        Ok(())
    }
}

async fn shop(mut cart: Session<Cart>, deed: Deed, number: u32, saw: &mut Saw) -> Result<(), SessionError> {
    match deed {
        Deed::Add => drop(cart.items.insert(number)),
        Deed::Take => {
            if let Some(item) = cart.items.first().copied() {
                cart.items.remove(&item);
                saw.taken.push(item);
            }
        }
        Deed::Note => cart.note = number,
        Deed::Swell => cart.bulk = vec![7; TOO_MUCH],
        Deed::Shrink => cart.bulk.clear(),
        Deed::Save => {
            cart.save().await?;
            saw.is_saved = true;
        }
        Deed::Count => {
            let count = |cart: &mut Cart| {
                cart.count += 1;
                cart.items.insert(number);
            };
            cart.commit(count).await?;
            saw.counted += 1;
        }
        _ => cart.destroy(),
    }
    Ok(())
}

impl Script {
    pub(crate) fn deeds(self) -> impl DoubleEndedIterator<Item = Deed> {
        self.0.into_iter().flatten()
    }

    pub(crate) fn has(self, is: impl Fn(Deed) -> bool) -> bool {
        self.deeds().any(is)
    }

    pub(crate) fn writes(self) -> bool {
        self.deeds().next().is_some()
    }

    pub(crate) fn signs_in(self) -> Option<Person> {
        self.deeds().rev().find_map(|deed| match deed {
            Deed::SignIn(person) => Some(person),
            _ => None,
        })
    }

    pub(crate) fn signs_out(self) -> bool {
        self.has(|deed| deed == Deed::SignOut)
    }

    pub(crate) fn has_verb(self) -> bool {
        self.signs_out() || self.signs_in().is_some()
    }

    /// The items that its deeds put into the cart, and the place of each among the deeds.
    pub(crate) fn adds(self, number: u32) -> impl Iterator<Item = (usize, u32)> {
        let is_add = |deed| matches!(deed, Deed::Add | Deed::Count);
        (number * DEEDS..)
            .zip(self.deeds())
            .enumerate()
            .filter_map(move |(at, (number, deed))| is_add(deed).then_some((at, number)))
    }

    /// The notes that its deeds write, the last one last.
    pub(crate) fn notes(self, number: u32) -> impl Iterator<Item = u32> {
        let deeds = self.0.into_iter().flatten();
        let numbered = (number * DEEDS..).zip(deeds);
        numbered.filter(|(_, deed)| *deed == Deed::Note).map(|(number, _)| number)
    }

    /// The note that its deeds leave.
    pub(crate) fn note(self, number: u32) -> Option<u32> {
        self.notes(number).last()
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deeds: Vec<_> = self.deeds().map(|deed| format!("{deed:?}")).collect();
        f.write_str(if deeds.is_empty() { "look".into() } else { deeds.join(", ") }.as_str())
    }
}

impl Cart {
    pub(crate) const fn is_swollen(&self) -> bool {
        !self.bulk.is_empty()
    }
}

impl fmt::Display for Cart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.items)?;
        if self.note > 0 {
            write!(f, " note {}", self.note)?;
        }
        if self.count > 0 {
            write!(f, " count {}", self.count)?;
        }
        if self.bulk.is_empty() { Ok(()) } else { f.write_str(" swollen") }
    }
}

impl fmt::Debug for Cart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Each request has so many numbers.
const DEEDS: u32 = 10;
const BALLAST: usize = 100;
/// A cookie has no room for so many bytes.
const TOO_MUCH: usize = 5_000;
