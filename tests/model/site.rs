//! The site that the browsers ask: one handler that does whatever the request's job says, on the shipped layer.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use gingersnap::{ChangeError, Flash, Identity, Level, Passive, Session, SessionData, SessionError, View};
use http::request::Parts;
use http::{HeaderValue, Request, Response, StatusCode};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

/// The operation of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Op {
    /// Looks at the cart and the identity.
    Read,
    /// The same, as a poll: passive, so no activity.
    Poll,
    /// The same as a poll, and takes the messages.
    Look,
    /// Puts an item into the cart.
    Add,
    /// Signs in, for `remember` seconds if given; with `add` it first puts an item into the cart.
    SignIn {
        subject: &'static str,
        remember: Option<u64>,
        add: bool,
    },
    Renew,
    Reauthenticate,
    /// Signs out; with `add` it first puts an item into the cart.
    SignOut {
        add: bool,
    },
    /// Leaves a message.
    Push,
    /// Shows the messages, which removes them.
    Show,
    /// Looks, and leaves its handles in [`Kept`], where they outlive the answer.
    Keep,
    /// Looks, and its answer carries the other browser's identity.
    MixUp,
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
    /// True if the cart's handle said that its owner is gone.
    pub(crate) ended: bool,
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Cart(pub(crate) Vec<u32>);

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;
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

impl Job {
    async fn run(self, parts: &Parts) -> Result<Saw, SessionError> {
        match self.op {
            Op::Read | Op::Poll | Op::Look | Op::MixUp => self.look(parts).await,
            Op::Add => self.add(parts).await,
            Op::SignIn { add: true, .. } | Op::SignOut { add: true } => self.add_and_change(parts).await,
            Op::SignIn { .. } | Op::SignOut { .. } | Op::Renew | Op::Reauthenticate => {
                let mut who = Identity::from_parts(parts)?;
                let op = self.op;
                self.gate.await.unwrap();
                change(&mut who, op)?;
                Ok(of(&who))
            }
            Op::Push | Op::Show => self.flash(parts).await,
            Op::Keep => self.keep(parts).await,
        }
    }

    async fn look(self, parts: &Parts) -> Result<Saw, SessionError> {
        if matches!(self.op, Op::Poll | Op::Look) {
            Passive::from_parts(parts)?;
        }
        let (cart, who) = (View::<Cart>::from_parts(parts)?, Identity::from_parts(parts)?);
        self.gate.await.unwrap();
        let messages = match self.op {
            Op::Look => texts(&mut Flash::from_parts(parts)?),
            _ => Vec::new(),
        };
        Ok(Saw { cart: cart.0.clone(), messages, ..of(&who) })
    }

    async fn add(self, parts: &Parts) -> Result<Saw, SessionError> {
        let mut cart = Session::<Cart>::from_parts(parts)?;
        let before = cart.0.clone();
        self.gate.await.unwrap();
        cart.0.push(self.number);
        Ok(Saw { cart: before, ..Saw::default() })
    }

    async fn add_and_change(self, parts: &Parts) -> Result<Saw, SessionError> {
        let (mut cart, mut who) = (Session::<Cart>::from_parts(parts)?, Identity::from_parts(parts)?);
        let before = cart.0.clone();
        self.gate.await.unwrap();
        cart.0.push(self.number);
        change(&mut who, self.op)?;
        let told = cart.try_change(|_| Ok::<_, ()>(()));
        let ended = told == Err(ChangeError::Session(SessionError::Ended));
        Ok(Saw { cart: before, ended, ..of(&who) })
    }

    async fn flash(self, parts: &Parts) -> Result<Saw, SessionError> {
        let mut flash = Flash::from_parts(parts)?;
        self.gate.await.unwrap();
        if self.op == Op::Push {
            flash.push(Level::Info, self.number.to_string());
            return Ok(Saw::default());
        }
        Ok(Saw { messages: texts(&mut flash), ..Saw::default() })
    }

    async fn keep(self, parts: &Parts) -> Result<Saw, SessionError> {
        let (cart, who) = (Session::<Cart>::from_parts(parts)?, Identity::from_parts(parts)?);
        let saw = Saw { cart: cart.0.clone(), ..of(&who) };
        self.gate.await.unwrap();
        *self.kept.lock().unwrap() = Some((cart, who));
        Ok(saw)
    }
}

fn change(who: &mut Identity, op: Op) -> Result<(), SessionError> {
    match op {
        Op::SignIn { subject, remember: None, .. } => who.sign_in(subject),
        Op::SignIn { subject, remember: Some(seconds), .. } => who.sign_in_and_remember(subject, seconds),
        Op::Renew => who.renew().map(drop),
        Op::Reauthenticate => who.reauthenticate().map(drop),
        _ => who.sign_out(),
    }
}

fn of(who: &Identity) -> Saw {
    let times = who.started_at().zip(who.authenticated_at());
    let times = times.map(|(started, authenticated)| {
        (started.unix(), authenticated.unix(), who.expires_at().map(|at| at.unix()))
    });
    Saw { who: who.subject().map(String::from), times, ..Saw::default() }
}

fn texts(flash: &mut Flash) -> Vec<String> {
    flash.messages().into_iter().map(|message| message.text).collect()
}
