//! A shop whose handlers do what their path says, one step after the other: `/add-tea/in-ann/show`.

use std::panic::Location;

use axum::Router;
use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use gingersnap::{
    Adoption, Flash, Identity, Level, Passive, Session, SessionData, SessionError, SessionLayerBuilder,
    SignIn, View,
};
use http::StatusCode;
use http::request::Parts;
use serde::{Deserialize, Serialize};

use crate::browser::{Browser, Cart, Line, START, TestClock, Theme, builder};

/// A session that merges at a sign-in, unlike the cart.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Wishes(pub(crate) Vec<String>);

impl SessionData for Wishes {
    const TAG: &'static str = "wishes";
    const VERSION: u16 = 1;

    fn merge(base: &Self, hers: &Self, guests: &Self) -> Option<Self> {
        assert_eq!(base, &Self::default());
        let new = guests.0.iter().filter(|wish| !hers.0.contains(wish));
        Some(Self(hers.0.iter().chain(new).cloned().collect()))
    }
}

/// A cart and wishes, which are a person's, and a theme, which is the browser's.
pub(crate) fn shop(builder: SessionLayerBuilder) -> Router {
    routes().layer(builder.session::<Wishes>("wishes").build().unwrap())
}

pub(crate) fn routes() -> Router {
    Router::new().route("/{*steps}", any(run))
}

/// A browser that asked the shop for these paths, one after the other.
pub(crate) async fn after(paths: &[&str]) -> Browser {
    at(&TestClock::new(), paths).await
}

/// The same, by this clock.
pub(crate) async fn at(clock: &TestClock, paths: &[&str]) -> Browser {
    let mut browser = Browser::new(shop(builder(clock)));
    for path in paths {
        assert_eq!(browser.get(path).await.status, 200, "{path}");
    }
    browser
}

/// Asks for a path; its answer sets these cookies and has this body.
#[track_caller]
pub(crate) fn does(browser: &mut Browser, path: &str, sets: &str, body: &str) -> impl Future<Output = ()> {
    let place = Location::caller();
    async move {
        let answer = browser.get(path).await;
        assert_eq!((answer.sets().as_str(), answer.body.as_str()), (sets, body), "{path} {place}");
    }
}

/// Asks who is there, and for the cart.
#[track_caller]
pub(crate) fn shows(browser: &mut Browser, body: &str) -> impl Future<Output = ()> {
    does(browser, "/show", "", body)
}

async fn run(Path(steps): Path<String>, parts: Parts) -> Response {
    let mut visit = Visit { parts, cart: None, told: Vec::new(), status: StatusCode::OK };
    for step in steps.split('/') {
        let (verb, what) = step.split_once('-').unwrap_or((step, ""));
        if let Err(error) = visit.step(verb, what.to_owned()).await {
            return error.into_response();
        }
    }
    (visit.status, visit.told.join(", ")).into_response()
}

/// One request on its way through the steps.
struct Visit {
    parts: Parts,
    cart: Option<Session<Cart>>,
    told: Vec<String>,
    status: StatusCode,
}

impl Visit {
    async fn step(&mut self, verb: &str, what: String) -> Result<(), SessionError> {
        let parts = &self.parts;
        match verb {
            "take" => self.cart = Some(Session::from_parts(parts).await?),
            "drop" => self.cart = None,
            "forget" => std::mem::forget(self.cart.take()),
            "destroy" => self.held().await?.destroy(),
            "commit" => {
                let mut cart = Session::<Cart>::from_parts(parts).await?;
                cart.commit(|it| it.lines.push(line(what.clone()))).await?;
            }
            "add" | "big" | "save" | "try" | "empty" => self.change(verb, what).await?,
            "wish" => Session::<Wishes>::from_parts(parts).await?.0.push(what),
            "unwish" => Session::<Wishes>::from_parts(parts).await?.clear(),
            "poll" => drop(Passive::from_parts(parts).await?),
            "theme" => Session::<Theme>::from_parts(parts).await?.0 = what,
            "say" => Flash::from_parts(parts).await?.push(Level::Info, what),
            "stay" => std::future::pending().await,
            "status" => self.status = what.parse().unwrap(),
            "show" | "all" | "hear" => self.look(verb).await?,
            _ => self.verb(verb, what).await?,
        }
        Ok(())
    }

    /// The verbs of the identity.
    async fn verb(&mut self, verb: &str, subject: String) -> Result<(), SessionError> {
        let mut who = Identity::from_parts(&self.parts).await?;
        match verb {
            "in" => self.told.extend(text(&who.sign_in(subject).await?)),
            "remember" => self.told.extend(text(&who.sign_in_and_remember(subject, 86_400).await?)),
            "renew" => assert!(who.renew().await?),
            "again" => assert!(who.reauthenticate().await?),
            "out" => who.sign_out().await?,
            "clear" => who.clear_all().await?,
            "others" => assert!(who.end_others().await?),
            "end" => self.told.push(who.end(&subject.parse().unwrap()).await?.to_string()),
            "list" => {
                let text = |it: &SignIn| format!("{}{}", if it.is_this { "this " } else { "" }, it.key);
                self.told.push(who.sign_ins().await?.iter().map(text).collect::<Vec<_>>().join(", "));
            }
            "label" => self.told.push(who.label(&subject).await?.to_string()),
            "labels" => {
                let text = |it: &SignIn| it.label.clone().unwrap_or_else(|| "none".into());
                self.told.push(who.sign_ins().await?.iter().map(text).collect::<Vec<_>>().join(", "));
            }
            "seen" => {
                let text = |it: &SignIn| (it.seen_at.unix() - START).to_string();
                self.told.push(who.sign_ins().await?.iter().map(text).collect::<Vec<_>>().join(", "));
            }
            "left" => {
                let left = who.ends_at().map(|at| at.unix() - START);
                self.told.push(left.map_or("nobody".into(), |left| left.to_string()));
            }
            step => panic!("no such step: {step}"),
        }
        Ok(())
    }

    /// Changes of the cart, through the handle that is held or one that is dropped at once.
    async fn change(&mut self, verb: &str, what: String) -> Result<(), SessionError> {
        let is_held = self.cart.is_some();
        let mut cart = self.held().await?;
        match verb {
            "add" => cart.lines.push(line(what)),
            "big" => cart.lines.push(line("x".repeat(what.parse().unwrap()))),
            "empty" => cart.clear(),
            "save" => self.told.push(told(cart.save().await)),
            _ => {
                let added = cart.try_change(|cart| {
                    cart.lines.push(line(what));
                    Ok::<_, SessionError>(())
                });
                self.told.push(told(added));
            }
        }
        self.cart = Some(cart).filter(|_| is_held);
        Ok(())
    }

    async fn held(&mut self) -> Result<Session<Cart>, SessionError> {
        match self.cart.take() {
            Some(cart) => Ok(cart),
            None => Session::from_parts(&self.parts).await,
        }
    }

    async fn look(&mut self, verb: &str) -> Result<(), SessionError> {
        let parts = &self.parts;
        if verb == "hear" {
            let messages = Flash::from_parts(parts).await?.messages().into_iter().map(|it| it.text);
            self.told.push(messages.collect::<Vec<_>>().join(" "));
            return Ok(());
        }
        let who = Identity::from_parts(parts).await?;
        let cart = match &self.cart {
            Some(cart) => items(cart),
            None => items(&*View::<Cart>::from_parts(parts).await?),
        };
        let mut shown = format!("{}: {cart}", who.subject().unwrap_or("nobody"));
        if verb == "all" {
            let wishes = View::<Wishes>::from_parts(parts).await?.0.join(" ");
            let theme = View::<Theme>::from_parts(parts).await?.0.clone();
            shown = format!("{shown} | {wishes} | {theme}");
        }
        self.told.push(shown);
        Ok(())
    }
}

fn line(item: String) -> Line {
    Line { item, qty: 1 }
}

fn items(cart: &Cart) -> String {
    cart.lines.iter().map(|line| line.item.as_str()).collect::<Vec<_>>().join(" ")
}

fn told<E: std::fmt::Debug>(result: Result<(), E>) -> String {
    result.map_or_else(|error| format!("{error:?}"), |()| "ok".into())
}

/// An adoption as `+adopted *merged -removed`, if there was any.
fn text(adoption: &Adoption) -> Option<String> {
    let named =
        |sign, names: &[String]| names.iter().map(move |it| format!("{sign}{it}")).collect::<Vec<_>>();
    let all = [named('+', &adoption.adopted), named('*', &adoption.merged), named('-', &adoption.removed)];
    Some(all.concat().join(" ")).filter(|text| !text.is_empty())
}
