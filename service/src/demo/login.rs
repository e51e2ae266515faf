//! Logging in and out.

use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use gingersnap::{Flash, Identity, Level};
use serde::Deserialize;

use super::{
    email,
    errors::ShopError,
    pages::{Check, Frame, Login, html},
    shop::say,
};
use crate::serve::Site;

/// `GET /login`
pub(super) async fn show(identity: Identity, mut flash: Flash) -> Response {
    if identity.subject().is_some() {
        return Redirect::to("/").into_response();
    }
    let frame = Frame::new("login", &identity, &mut flash);
    html(StatusCode::OK, &Login { frame, typed: String::new(), error: None })
}

/// The field of `POST /login`.
#[derive(Deserialize)]
pub(super) struct Credentials {
    #[serde(default)]
    email: String,
}

/// `POST /login`
pub(super) async fn log_in(
    mut identity: Identity,
    mut flash: Flash,
    Form(form): Form<Credentials>,
) -> Result<Response, ShopError> {
    match email::parse(&form.email) {
        Ok(address) => {
            say(&mut flash, Level::Success, format!("Hello {address}. You are logged in."));
            identity.sign_in(address)?;
            Ok(Redirect::to("/login/check").into_response())
        }
        Err(error) => {
            let frame = Frame::new("login", &identity, &mut flash);
            let page = Login { frame, typed: form.email, error: Some(error) };
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// `GET /login/check`: whether the browser sends back what logging in gave it.
pub(super) async fn check(State(site): State<Site>, identity: Identity) -> Response {
    if identity.subject().is_some() {
        return Redirect::to("/").into_response();
    }
    let plain_http = !site.https && !site.insecure_cookies;
    html(StatusCode::BAD_REQUEST, &Check { frame: Frame::bare(), plain_http })
}

/// `POST /logout`
pub(super) async fn log_out(mut identity: Identity, mut flash: Flash) -> Result<Redirect, ShopError> {
    if identity.subject().is_some() {
        identity.sign_out()?;
        say(&mut flash, Level::Success, "You are logged out on this browser.");
    }
    Ok(Redirect::to("/"))
}
