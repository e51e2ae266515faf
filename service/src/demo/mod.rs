//! The login-and-cart application.
//!
//! Its state is what the browser sends: two typed sessions (cart, visits), the identity, and messages that
//! survive a redirect. Nothing is kept here between requests.

mod assets;
mod cart;
mod catalog;
mod email;
mod errors;
mod format;
mod headers;
mod inside;
mod login;
mod pages;
mod sessions;
mod shop;
#[cfg(test)]
mod tests;

use axum::{
    Router,
    http::header,
    middleware::{from_fn, from_fn_with_state},
    response::IntoResponse,
    routing::{get, post},
};

use crate::error::Error;
use crate::serve::{LoadedRing, Site};

/// The application on its session layer, closed to requests from other origins.
pub(crate) fn router(ring: LoadedRing, site: &Site) -> Result<Router, Error> {
    let sessions = sessions::layer(ring.keyring, site)?;
    Ok(routes(site).layer(sessions).layer(site.guard.clone()))
}

fn routes(site: &Site) -> Router {
    Router::new()
        .route("/", get(shop::show))
        .route("/cart-items", post(shop::put))
        .route("/cart-items/remove", post(shop::remove))
        .route("/login", get(login::show).post(login::log_in))
        .route("/login/check", get(login::check))
        .route("/logout", post(login::log_out))
        .route("/session", get(inside::show))
        .route("/style.css", get(assets::style))
        .route("/icon.svg", get(assets::icon))
        .route("/healthz", get(healthz))
        .with_state(site.clone())
}

/// What every answer wears, those of the limits around the application too.
pub(crate) fn dress(app: Router, site: &Site) -> Router {
    app.layer(from_fn(errors::dress)).layer(from_fn_with_state(site.clone(), headers::add))
}

/// Says that the process answers; touches no session.
async fn healthz() -> impl IntoResponse {
    ([(header::CACHE_CONTROL, "no-store")], "ok")
}
