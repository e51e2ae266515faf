//! The application of these tests: a cart, a counter, a login and messages.

use axum::Router;
use axum::extract::Path;
use axum::routing::any;
use gingersnap::keyring::Keyring;
use gingersnap::testing::{self, TestClock};
use gingersnap::{Flash, Identity, Level, Session, SessionData, SessionLayer, SessionLayerBuilder, View};
use serde::{Deserialize, Serialize};

pub(crate) type Browser = testing::Browser<Router>;

pub(crate) const HOUR: u64 = 3600;
pub(crate) const DAY: u64 = 24 * HOUR;

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Cart(pub(crate) Vec<String>);

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;
}

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Visits(pub(crate) u32);

impl SessionData for Visits {
    const TAG: &'static str = "visits";
    const VERSION: u16 = 1;
}

pub(crate) fn builder(ring: Keyring, clock: &TestClock) -> SessionLayerBuilder {
    let layer = SessionLayer::builder(ring, "tests").session::<Cart>("cart").session::<Visits>("visits");
    layer.clock(clock.clone())
}

/// Shows the person who is signed in, the items in the cart, and the number of visits.
async fn show(who: Identity, cart: View<Cart>, visits: View<Visits>) -> String {
    format!("{} {:?} {}", who.subject().unwrap_or("nobody"), cart.0, visits.0)
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/", any(show))
        .route("/add/{item}", any(async |Path(it): Path<String>, mut cart: Session<Cart>| cart.0.push(it)))
        .route("/count", any(async |mut visits: Session<Visits>| visits.0 += 1))
        .route("/clear", any(async |mut cart: Session<Cart>| cart.clear()))
        .route("/destroy", any(async |cart: Session<Cart>| cart.destroy()))
        .route(
            "/in/{subject}",
            any(async |Path(it): Path<String>, mut who: Identity| who.sign_in(it).await.map(drop)),
        )
        .route("/renew", any(async |mut who: Identity| who.renew().await.map(|it| it.to_string())))
        .route("/again", any(async |mut who: Identity| who.reauthenticate().await.map(|it| it.to_string())))
        .route("/out", any(async |mut who: Identity| who.sign_out().await))
        .route("/say/{text}", any(async |Path(it): Path<String>, mut to: Flash| to.push(Level::Info, it)))
}

pub(crate) fn app(builder: SessionLayerBuilder) -> Router {
    routes().layer(builder.build().unwrap())
}

pub(crate) fn browser(clock: &TestClock) -> Browser {
    Browser::new(app(builder(testing::keyring(), clock)))
}
