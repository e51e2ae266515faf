//! A small application, as somebody would test one.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use gingersnap::testing::{self, TestClock};
use gingersnap::{Flash, Identity, Session, SessionData, SessionLayer, SessionLayerBuilder, View};
use serde::{Deserialize, Serialize};

pub(crate) type Browser = testing::Browser<Router>;

#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Cart(pub(crate) Vec<String>);

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;
}

pub(crate) fn cart(items: &[&str]) -> Cart {
    Cart(items.iter().map(|&item| item.to_owned()).collect())
}

/// A layer with a `Cart`, under a ring of its own.
pub(crate) fn builder(clock: &TestClock) -> SessionLayerBuilder {
    SessionLayer::builder(testing::keyring(), "tests").session::<Cart>("cart").clock(clock.clone())
}

pub(crate) fn sessions() -> SessionLayer {
    builder(&TestClock::new()).build().unwrap()
}

pub(crate) fn browser(sessions: &SessionLayer) -> Browser {
    let routes = Router::new()
        .route("/", get(async |cart: View<Cart>| cart.0.join(" ")))
        .route("/add/{item}", get(async |Path(it): Path<String>, mut cart: Session<Cart>| cart.0.push(it)))
        .route("/fill", get(async |mut cart: Session<Cart>| cart.0.push("x".repeat(4096))))
        .route("/empty", get(async |cart: Session<Cart>| cart.destroy()))
        .route("/untouched", get(async || "hello"))
        .route("/who", get(async |who: Identity| who.subject().unwrap_or("nobody").to_owned()))
        .route(
            "/in/{subject}",
            get(async |Path(it): Path<String>, mut who: Identity| who.sign_in(it).await.map(drop)),
        )
        .route("/out", get(async |mut who: Identity| who.sign_out().await))
        .route(
            "/flash",
            get(async |mut it: Flash| it.messages().pop().map(|it| it.text).unwrap_or_default()),
        );
    Browser::new(routes.layer(sessions.clone()))
}
