//! The login-and-cart application.
//!
//! Its state is what the browser sends: three typed sessions (cart, visits, preferences), the identity, and messages
//! that survive a redirect. Nothing is kept here between requests.

mod account;
mod again;
mod assets;
mod attacks;
mod cart;
mod catalog;
mod email;
mod errors;
mod format;
mod headers;
mod inside;
mod login;
mod next;
mod pages;
mod preferences;
mod sessions;
mod shop;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::{
    Router,
    http::header,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::{get, post},
};
use gingersnap::keyring::LiveKeyring;

use crate::error::Error;
use crate::serve::Site;

/// The application on its session layer, closed to requests from other origins.
pub(crate) fn router(keyring: &LiveKeyring, site: &Site) -> Result<Router, Error> {
    let app = App::new(keyring, site)?;
    let sessions = sessions::layer(keyring.clone(), site)?;
    Ok(routes(app).layer(sessions).layer(site.guard.clone()))
}

/// What the handlers know beside the request.
#[derive(Clone)]
struct App {
    site: Site,
    /// Seconds for which somebody may stay logged in.
    remember_for: u64,
    range: Arc<attacks::Range>,
}

impl App {
    fn new(keyring: &LiveKeyring, site: &Site) -> Result<Self, Error> {
        let remember_for = sessions::remember_for(&keyring.get());
        let range = Arc::new(attacks::Range::new(keyring, site)?);
        Ok(Self { site: site.clone(), remember_for, range })
    }

    fn remembered_days(&self) -> u64 {
        self.remember_for / sessions::DAY
    }
}

fn routes(app: App) -> Router {
    Router::new()
        .route("/", get(shop::show))
        .route("/cart-items", post(shop::put))
        .route("/cart-items/remove", post(shop::remove))
        .route("/login", get(login::show).post(login::log_in))
        .route("/login/check", get(login::check))
        .route("/login/again", get(again::show).post(again::log_in))
        .route("/logout", post(login::log_out))
        .route("/account", get(account::show).post(account::save))
        .route("/session", get(inside::show))
        .route("/session/left", get(inside::left))
        .route("/attacks", get(attacks::show).post(attacks::run))
        .route("/style.css", get(assets::style))
        .route("/icon.svg", get(assets::icon))
        .route("/healthz", get(healthz))
        .with_state(app)
}

/// What every answer wears, those of the limits around the application too.
pub(crate) fn decorate(app: Router, site: &Site) -> Router {
    app.layer(from_fn(errors::decorate)).layer(from_fn_with_state(site.clone(), headers::add))
}

/// Says that the process answers; touches no session.
async fn healthz() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], "ok")
}
