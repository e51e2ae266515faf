//! The site that the browsers ask: one handler that does whatever the request's job says, on the shipped layer.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use gingersnap::{Flash, Identity, Passive, Session, SessionData, SessionError, View};
use http::request::Parts;
use http::{HeaderValue, Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

use crate::course::{Taken, Why};
use crate::facts::Person;
use crate::handler::Handler;

/// The operation of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Op {
    /// Looks at the cart and the identity.
    Read,
    /// The same, as a poll: passive, so no activity.
    Poll,
    /// The same as a poll, and takes the messages.
    Look,
    /// Does one thing after the other.
    Do(Script),
    /// Looks, and leaves its handles in [`Kept`], where they outlive the answer.
    Keep,
    /// Looks, and its answer carries the other browser's identity.
    MixUp,
}

/// The deeds of a handler, in order.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Script {
    pub(crate) deeds: [Option<Deed>; 3],
    /// True if one handle of the cart is held from the first to the last; or else each deed takes one and drops it.
    pub(crate) holds: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Deed {
    /// Puts an item into the cart.
    Add,
    /// The same by `try_change`.
    Try,
    /// The same, with so much beside it that the cart does not fit.
    Stuff,
    Save,
    Destroy,
    /// Signs in, for `remember` seconds if given.
    SignIn {
        subject: Person,
        remember: Option<u64>,
    },
    SignOut,
    Renew,
    Reauthenticate,
    /// Leaves a message.
    Push,
    /// Shows the messages, which removes them.
    Show,
}

/// The handler's news of one deed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Told {
    Done,
    /// The cart with the new item in it.
    Cart(Vec<u32>),
    Messages(Vec<String>),
    SignedIn(Taken),
    Refused(Why),
}

/// The body of a request: orders for its handler.
pub(crate) struct Job {
    pub(crate) op: Op,
    pub(crate) status: StatusCode,
    /// The request's number, which names its item or message.
    pub(crate) number: u32,
    /// Holds the handler between its reads and its writes, until the test opens it.
    pub(crate) gate: oneshot::Receiver<()>,
    pub(crate) kept: Kept,
    /// The other browser's identity, for the answer to carry.
    pub(crate) foreign: Option<String>,
}

/// The handles of a handler that keeps them beyond its answer.
pub(crate) type Kept = Arc<Mutex<Option<(Session<Cart>, Identity)>>>;

/// A handler's view, which is the answer's body.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Saw {
    pub(crate) who: Option<String>,
    /// `started_at`, `authenticated_at`, `expires_at`.
    pub(crate) times: Option<(u64, u64, Option<u64>)>,
    pub(crate) cart: Vec<u32>,
    pub(crate) messages: Vec<String>,
    /// The news of each deed.
    pub(crate) told: Vec<Told>,
}

/// A cart: its items, and what makes it too large.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Cart(pub(crate) Vec<u32>, pub(crate) Vec<u8>);

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;

    fn merge(_: &Self, hers: &Self, guests: &Self) -> Option<Self> {
        let items = merged(&hers.0, &guests.0)?;
        Some(Self(items, hers.1.clone().max(guests.1.clone())))
    }
}

/// A person's items and a guest's in one cart; every other guest's cart does not merge.
pub(crate) fn merged(hers: &[u32], guests: &[u32]) -> Option<Vec<u32>> {
    let merges = guests.first().is_none_or(|first| (first / ITEMS).is_multiple_of(2));
    let new = guests.iter().filter(|item| !hers.contains(item));
    merges.then(|| hers.iter().chain(new).copied().collect())
}

pub(crate) async fn handle(request: Request<Job>) -> Result<Response<Saw>, Infallible> {
    let (parts, job) = request.into_parts();
    let (status, foreign) = (job.status, job.foreign.clone());
    let mut response = match job.run(&parts).await {
        Ok(saw) => answer(status, saw),
        Err(error) => answer(error.status(), Saw::default()),
    };
    if let Some(foreign) = foreign {
        let field = format!("__Host-id={foreign}; Path=/; Secure; HttpOnly");
        response.headers_mut().append("set-cookie", HeaderValue::try_from(field).unwrap());
    }
    Ok(response)
}

fn answer(status: StatusCode, saw: Saw) -> Response<Saw> {
    let mut response = Response::new(saw);
    *response.status_mut() = status;
    response
}

impl Script {
    /// Returns each deed with a number of its own.
    pub(crate) fn numbered(self, number: u32) -> impl Iterator<Item = (Deed, u32)> {
        (number * ITEMS..).zip(self.deeds).filter_map(|(number, deed)| Some((deed?, number)))
    }

    pub(crate) fn has(&self, is: impl Fn(Deed) -> bool) -> bool {
        self.deeds.iter().flatten().any(|&deed| is(deed))
    }

    pub(crate) fn has_cart(&self) -> bool {
        self.has(Deed::is_of_cart)
    }

    pub(crate) fn has_verb(&self) -> bool {
        self.has(Deed::is_verb)
    }

    pub(crate) fn signs_out(&self) -> bool {
        self.has(|deed| deed == Deed::SignOut)
    }

    pub(crate) fn has_messages(&self) -> bool {
        self.has(|deed| matches!(deed, Deed::Push | Deed::Show))
    }

    /// True if a sign-in can tell all that it adopts: what a handle still holds is adopted when it lets go.
    pub(crate) fn tells_of_adoption(&self) -> bool {
        let is_sign_in = |deed: &Option<Deed>| matches!(deed, Some(Deed::SignIn { .. }));
        let before = self.deeds.iter().rposition(is_sign_in).unwrap_or_default();
        !self.deeds.iter().take(before).flatten().any(|deed| deed.is_of_cart())
    }
}

impl Deed {
    pub(crate) const fn is_of_cart(self) -> bool {
        matches!(self, Self::Add | Self::Try | Self::Stuff | Self::Save | Self::Destroy)
    }

    /// True if it may change the identity.
    pub(crate) const fn is_verb(self) -> bool {
        matches!(self, Self::SignIn { .. } | Self::SignOut | Self::Renew | Self::Reauthenticate)
    }
}

impl Job {
    async fn run(self, parts: &Parts) -> Result<Saw, SessionError> {
        match self.op {
            Op::Read | Op::Poll | Op::Look | Op::MixUp => self.look(parts).await,
            Op::Do(script) => Handler::new(parts, script).await?.run(self).await,
            Op::Keep => self.keep(parts).await,
        }
    }

    async fn look(self, parts: &Parts) -> Result<Saw, SessionError> {
        if matches!(self.op, Op::Poll | Op::Look) {
            Passive::from_parts(parts).await?;
        }
        let (cart, who) = (View::<Cart>::from_parts(parts).await?, Identity::from_parts(parts).await?);
        self.gate.await.unwrap();
        let messages = match self.op {
            Op::Look => texts(&mut Flash::from_parts(parts).await?),
            _ => Vec::new(),
        };
        Ok(Saw { cart: cart.0.clone(), messages, ..of(&who) })
    }

    async fn keep(self, parts: &Parts) -> Result<Saw, SessionError> {
        let (cart, who) = (Session::<Cart>::from_parts(parts).await?, Identity::from_parts(parts).await?);
        let saw = Saw { cart: cart.0.clone(), ..of(&who) };
        self.gate.await.unwrap();
        *self.kept.lock().unwrap() = Some((cart, who));
        Ok(saw)
    }
}

pub(crate) fn of(who: &Identity) -> Saw {
    let times = who.started_at().zip(who.authenticated_at());
    let times = times.map(|(started, authenticated)| {
        (started.unix(), authenticated.unix(), who.expires_at().map(|at| at.unix()))
    });
    Saw { who: who.subject().map(String::from), times, ..Saw::default() }
}

pub(crate) fn texts(flash: &mut Flash) -> Vec<String> {
    flash.messages().into_iter().map(|message| message.text).collect()
}

/// Each request has so many numbers for its items and messages.
pub(crate) const ITEMS: u32 = 10;
