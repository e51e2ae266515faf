//! The attacks' place: the shop's own session layer, in memory, around routes that only they reach.
//!
//! Nothing of what it answers goes to the browser, and what it writes to a store stays in a copy, so nothing of the
//! person's real session changes. Nor does the operator hear of it: these layers have no events, so that no metric and no
//! log has refusals and sign-outs that were none.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, header};
use axum::routing::get;
use axum::{Extension, Router};
use gingersnap::keyring::LiveKeyring;
use gingersnap::store::{MemoryStore, Store};
use gingersnap::{
    BuildError, Clock as _, Identity, Refusal, Session, SessionError, SessionLayerBuilder, SystemClock,
};
use tower::ServiceExt as _;

use super::jar::{Jar, Names};
use super::sandbox::Sandbox;
use crate::cart::{Cart, Choice};
use crate::sessions::{self, AUDIENCE, DAY};
use crate::site::Site;

/// The shop here and now, as it will be, and as it is elsewhere.
pub(crate) struct Range {
    pub(super) names: Names,
    /// True if the shop keeps a list of who is signed in.
    pub(super) has_list: bool,
    here: Router,
    in_an_hour: Router,
    in_a_day: Router,
    in_the_end: Router,
    elsewhere: Router,
    in_store: Router,
}

/// The shop that is asked.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Here,
    InAnHour,
    InADay,
    /// A time at which nobody's login can still last.
    InTheEnd,
    /// The same keys, another audience.
    Elsewhere,
    /// The shop with its carts in a store, to which a cart in a cookie moves with its next change.
    InStore,
}

/// The session layer's view of some cookies.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) who: Option<String>,
    pub(super) login_refused: Option<Refusal>,
    pub(super) pieces: u32,
    pub(super) cart_refused: Option<Refusal>,
    pub(super) is_stored: bool,
}

impl Range {
    pub(crate) fn new(keyring: &LiveKeyring, site: &Site) -> Result<Self, BuildError> {
        let site = &Site { store: site.store.clone().map(sandbox), ..site.clone() };
        let names = Names::new(&sessions::cookies(site)).map_err(BuildError::Cookie)?;
        let ahead = |seconds| {
            let clock = move || SystemClock.now().plus(seconds);
            serve(sessions::builder(keyring.clone(), site, AUDIENCE).clock(clock))
        };
        Ok(Self {
            names,
            has_list: site.store.is_some(),
            here: ahead(0)?,
            in_an_hour: ahead(HOUR)?,
            in_a_day: ahead(DAY)?,
            in_the_end: ahead(sessions::remember_for(&keyring.get()))?,
            elsewhere: serve(sessions::builder(keyring.clone(), site, "gingersnap demo, staging"))?,
            in_store: serve(sessions::builder(keyring.clone(), &stored(site), AUDIENCE))?,
        })
    }

    /// Asks for the layer's view of these cookies.
    pub(super) async fn ask(&self, place: Place, jar: &Jar) -> Result<Answer, StatusCode> {
        let mut response = self.send(place, request("/who", jar)).await?;
        let answer: Option<Answer> = response.extensions_mut().remove();
        match answer {
            None => Err(StatusCode::INTERNAL_SERVER_ERROR),
            Some(Answer { login_refused: Some(Refusal::EndsUnknown), .. }) => {
                Err(StatusCode::SERVICE_UNAVAILABLE)
            }
            Some(answer) => Ok(answer),
        }
    }

    /// Sends these cookies to a route; returns those that a browser would hold then.
    pub(super) async fn after(&self, place: Place, path: &str, jar: &Jar) -> Result<Jar, StatusCode> {
        Ok(jar.after(self.send(place, request(path, jar)).await?.headers()))
    }

    /// The same for a login.
    pub(super) async fn after_login(
        &self,
        place: Place,
        subject: &str,
        jar: &Jar,
    ) -> Result<Jar, StatusCode> {
        let mut request = request("/log-in", jar);
        request.extensions_mut().insert(Subject(subject.to_owned()));
        Ok(jar.after(self.send(place, request).await?.headers()))
    }

    /// The error is a fault of ours: a store that is down says nothing about an attack.
    async fn send(&self, place: Place, request: Request<Body>) -> Result<Response<Body>, StatusCode> {
        let router = match place {
            Place::Here => &self.here,
            Place::InAnHour => &self.in_an_hour,
            Place::InADay => &self.in_a_day,
            Place::InTheEnd => &self.in_the_end,
            Place::Elsewhere => &self.elsewhere,
            Place::InStore => &self.in_store,
        };
        let Ok(response) = router.clone().oneshot(request).await;
        if response.status().is_server_error() { Err(response.status()) } else { Ok(response) }
    }
}

/// A store that keeps what is written to itself.
fn sandbox(below: Arc<dyn Store>) -> Arc<dyn Store> {
    Arc::new(Sandbox::over(below))
}

/// The shop with its carts in a store: in the copy of its own, or in memory if it has none.
fn stored(site: &Site) -> Site {
    let memory = || Arc::new(MemoryStore::with_clock(ROOM, SystemClock)) as Arc<dyn Store>;
    let store = site.store.clone().unwrap_or_else(memory);
    // What the visitor has in a cookie was sealed before now, or in this second.
    let place = gingersnap::Place::StoreSince(SystemClock.now().plus(1));
    Site { store: Some(store), place: Some(place), ..site.clone() }
}

fn request(path: &str, jar: &Jar) -> Request<Body> {
    let mut request = Request::new(Body::empty());
    *request.uri_mut() = path.parse().unwrap_or_default();
    if let Some(field) = jar.field() {
        request.headers_mut().insert(header::COOKIE, field);
    }
    request
}

fn serve(builder: SessionLayerBuilder) -> Result<Router, BuildError> {
    let routes = Router::new()
        .route("/who", get(who))
        .route("/add", get(add))
        .route("/log-in", get(log_in))
        .route("/log-out", get(log_out));
    Ok(routes.layer(builder.without_events().build()?))
}

async fn who(identity: Identity, cart: Session<Cart>) -> Extension<Answer> {
    Extension(Answer {
        who: identity.subject().map(ToOwned::to_owned),
        login_refused: identity.refused(),
        pieces: cart.pieces(),
        cart_refused: cart.refused(),
        is_stored: cart.report().is_some_and(|report| report.record.is_some()),
    })
}

async fn add(mut cart: Session<Cart>) {
    let quantity = cart.quantity(GIFT).saturating_add(1);
    cart.set(Choice { item: GIFT.to_owned(), quantity });
}

async fn log_in(mut identity: Identity, who: Option<Extension<Subject>>) -> Result<(), SessionError> {
    let subject = who.map_or_else(|| MALLORY.to_owned(), |Extension(Subject(subject))| subject);
    identity.sign_in(subject).await.map(drop)
}

async fn log_out(mut identity: Identity) -> Result<(), SessionError> {
    identity.sign_out().await
}

/// The person who logs in, if it is not Mallory.
#[derive(Clone)]
struct Subject(String);

pub(super) const MALLORY: &str = "mallory@example.com";
const GIFT: &str = "gift-tin";
/// Bytes of memory: more than one cart takes.
const ROOM: usize = 1 << 20;
const HOUR: u64 = 60 * 60;
