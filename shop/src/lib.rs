//! A login-and-cart application on gingersnap's sealed cookies, as a router that any server can serve.
//!
//! Its state travels in cookies: a person's typed sessions (cart, preferences) and the browser's (visits), the identity,
//! and messages that survive a redirect. Nothing is kept here between requests, unless the site has a store: then what does
//! not fit its cookie is kept there, or all of it.

mod account;
mod again;
mod agent;
mod app;
mod assets;
mod attacks;
mod basket;
mod card;
mod cart;
mod cart_items;
mod catalog;
mod devices;
mod email;
mod error_pages;
mod format;
mod frame;
mod headers;
mod holds;
mod homes;
mod inside;
mod left;
mod login;
mod messages;
mod next;
mod order;
mod preferences;
mod project;
mod room;
mod sessions;
mod shelf;
mod site;
#[cfg(test)]
mod tests;
mod when;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::IntoResponse;
use axum::routing::{get, post};
use axum_extra::TypedHeader;
use axum_extra::headers::CacheControl;
use gingersnap::keyring::LiveKeyring;
use gingersnap::{BuildError, Revoker};

use app::App;
pub use sessions::AUDIENCE;
pub use site::Site;

/// The application, and what its server is to know of it.
#[derive(Debug)]
pub struct Shop {
    /// The application on its session layer, closed to requests from other origins.
    pub router: Router,
    /// What ends sign-ins, where the site has a store.
    pub revoker: Option<Revoker>,
}

impl Shop {
    /// Sets the sessions up.
    ///
    /// # Errors
    /// [`BuildError`]: the ring allows no sessions as these.
    pub fn new(keyring: &LiveKeyring, site: &Site) -> Result<Self, BuildError> {
        let app = App::new(keyring, site)?;
        let sessions = sessions::layer(keyring.clone(), site)?;
        let revoker = sessions.revoker().ok();
        Ok(Self { router: routes(app).layer(sessions).layer(site.guard.clone()), revoker })
    }
}

fn routes(app: App) -> Router {
    Router::new()
        .route("/", get(shelf::show))
        .route("/cart-items", post(cart_items::put))
        .route("/cart-items/remove", post(cart_items::remove))
        .route("/order", get(order::show).post(order::place))
        .route("/order/thanks", get(order::thanks))
        .route("/login", get(login::show).post(login::log_in))
        .route("/login/check", get(login::check))
        .route("/login/again", get(again::show).post(again::log_in))
        .route("/logout", post(login::log_out))
        .route("/account", get(account::show).post(account::save))
        .route("/devices", get(devices::show))
        .route("/devices/end", post(devices::end))
        .route("/devices/end-others", post(devices::end_others))
        .route("/session", get(inside::show))
        .route("/session/left", get(left::show))
        .route("/attacks", get(attacks::show).post(attacks::run))
        .route("/style.css", get(assets::style))
        .route("/icon.svg", get(assets::icon))
        .route("/tradeoff.svg", get(assets::decision))
        .route("/healthz", get(healthz))
        .merge(project::routes())
        .with_state(app)
}

/// Puts the shop's error pages and security headers around all answers of a router: those of limits and of other routes too.
pub fn decorate(app: Router, site: &Site) -> Router {
    app.layer(from_fn(error_pages::decorate)).layer(from_fn_with_state(site.clone(), headers::add))
}

/// Says that the process answers; touches no session.
async fn healthz() -> impl IntoResponse {
    (TypedHeader(CacheControl::new().with_no_store()), "ok")
}
