//! The attacks' place: the shop's own session layer, in memory, around routes that only they reach.
//!
//! Nothing of what it answers goes to the browser, and what it writes to a store stays in a copy, so nothing of the person's real session changes. Nor does the operator
//! hear of it: these layers have no events, so that no metric and no log has refusals and sign-outs that were none.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, Response, header};
use axum::routing::get;
use axum::{Extension, Router};
use gingersnap::keyring::LiveKeyring;
use gingersnap::store::Store;
use gingersnap::{
    BuildError, Clock as _, Identity, Refusal, Session, SessionError, SessionLayerBuilder, SystemClock,
};
use tower::ServiceExt as _;

use super::jar::{Jar, Names};
use super::sandbox::Sandbox;
use crate::cart::{Cart, Order};
use crate::sessions::{self, AUDIENCE, DAY};
use crate::site::Site;

/// The shop here and now, as it will be, and as it is elsewhere.
pub(crate) struct Range {
    pub(super) names: Names,
    here: Router,
    in_an_hour: Router,
    in_a_day: Router,
    in_the_end: Router,
    elsewhere: Router,
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
}

/// The session layer's view of some cookies.
#[derive(Clone, Debug, Default)]
pub(super) struct Answer {
    pub(super) who: Option<String>,
    pub(super) login_refused: Option<Refusal>,
    pub(super) pieces: u32,
    pub(super) cart_refused: Option<Refusal>,
}

impl Range {
    pub(crate) fn new(keyring: &LiveKeyring, site: &Site) -> Result<Self, BuildError> {
        let sandbox = site.store.clone().map(|store| Arc::new(Sandbox::over(store)) as Arc<dyn Store>);
        let site = &Site { store: sandbox, ..site.clone() };
        let names = Names::new(&sessions::cookies(site)).map_err(BuildError::Cookie)?;
        let ahead = |seconds| {
            let clock = move || SystemClock.now().plus(seconds);
            serve(sessions::builder(keyring.clone(), site, AUDIENCE).clock(clock))
        };
        Ok(Self {
            names,
            here: ahead(0)?,
            in_an_hour: ahead(HOUR)?,
            in_a_day: ahead(DAY)?,
            in_the_end: ahead(sessions::remember_for(&keyring.get()))?,
            elsewhere: serve(sessions::builder(keyring.clone(), site, "gingersnap demo, staging"))?,
        })
    }

    /// Asks for the layer's view of these cookies.
    pub(super) async fn ask(&self, place: Place, jar: &Jar) -> Answer {
        let mut response = self.send(place, "/who", jar).await;
        response.extensions_mut().remove().unwrap_or_default()
    }

    /// Sends these cookies to a route; returns those that a browser would hold then.
    pub(super) async fn after(&self, path: &str, jar: &Jar) -> Jar {
        jar.after(self.send(Place::Here, path, jar).await.headers())
    }

    async fn send(&self, place: Place, path: &str, jar: &Jar) -> Response<Body> {
        let router = match place {
            Place::Here => &self.here,
            Place::InAnHour => &self.in_an_hour,
            Place::InADay => &self.in_a_day,
            Place::InTheEnd => &self.in_the_end,
            Place::Elsewhere => &self.elsewhere,
        };
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = path.parse().unwrap_or_default();
        if let Some(field) = jar.field() {
            request.headers_mut().insert(header::COOKIE, field);
        }
        let Ok(response) = router.clone().oneshot(request).await;
        response
    }
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
    })
}

async fn add(mut cart: Session<Cart>) {
    let quantity = cart.quantity(GIFT).saturating_add(1);
    cart.set(Order { item: GIFT.to_owned(), quantity });
}

async fn log_in(mut identity: Identity) -> Result<(), SessionError> {
    identity.sign_in("mallory@example.com").await.map(drop)
}

async fn log_out(mut identity: Identity) -> Result<(), SessionError> {
    identity.sign_out().await
}

const GIFT: &str = "gift-tin";
const HOUR: u64 = 60 * 60;
