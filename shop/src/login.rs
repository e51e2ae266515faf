//! Logging in and out.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use gingersnap::{Flash, Identity, Level};
use serde::Deserialize;

use crate::app::App;
use crate::email;
use crate::error_pages::ShopError;
use crate::frame::{Frame, html};
use crate::messages::say;
use crate::next;

/// The form to log in, perhaps with an error and with the address that was typed.
#[derive(Template)]
#[template(path = "login.html")]
struct Login {
    frame: Frame,
    form: Credentials,
    /// The number of days for which one may stay logged in.
    days: u64,
    error: Option<&'static str>,
}

/// The page for a login that the browser did not keep.
#[derive(Template)]
#[template(path = "check.html")]
struct Check {
    frame: Frame,
    plain_http: bool,
}

/// The query of the two pages.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
}

/// `GET /login`
pub(crate) async fn show(
    State(app): State<App>,
    identity: Identity,
    mut flash: Flash,
    Form(asked): Form<Asked>,
) -> Response {
    if identity.subject().is_some() {
        return Redirect::to(next::own_path(&asked.next)).into_response();
    }
    let frame = Frame::new("login", &identity, &mut flash);
    let form = Credentials { email: String::new(), remember: None, next: asked.next };
    html(StatusCode::OK, &Login { frame, form, days: app.remembered_days(), error: None })
}

/// The fields of `POST /login`.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    #[serde(default)]
    email: String,
    /// A checkbox sends something or nothing.
    remember: Option<String>,
    #[serde(default)]
    next: String,
}

/// `POST /login`
pub(crate) async fn log_in(
    State(app): State<App>,
    mut identity: Identity,
    mut flash: Flash,
    Form(form): Form<Credentials>,
) -> Result<Response, ShopError> {
    let days = app.remembered_days();
    match email::parse(&form.email) {
        Ok(address) if form.remember.is_some() => {
            let text = format!("Hello {address}. You stay logged in on this browser for {days} days.");
            say(&mut flash, Level::Success, text);
            identity.sign_in_and_remember(address, app.remember_for)?;
        }
        Ok(address) => {
            say(&mut flash, Level::Success, format!("Hello {address}. You are logged in."));
            identity.sign_in(address)?;
        }
        Err(error) => {
            let frame = Frame::new("login", &identity, &mut flash);
            let page = Login { frame, form, days, error: Some(error) };
            return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    }
    Ok(Redirect::to(&next::then("/login/check", &form.next)).into_response())
}

/// `GET /login/check`: checks that the browser sends back the login's cookies.
pub(crate) async fn check(State(app): State<App>, identity: Identity, Form(asked): Form<Asked>) -> Response {
    if identity.subject().is_some() {
        return Redirect::to(next::own_path(&asked.next)).into_response();
    }
    let plain_http = !app.site.https && !app.site.insecure_cookies;
    html(StatusCode::BAD_REQUEST, &Check { frame: Frame::bare(), plain_http })
}

/// `POST /logout`
pub(crate) async fn log_out(mut identity: Identity, mut flash: Flash) -> Result<Redirect, ShopError> {
    if identity.subject().is_some() {
        identity.sign_out()?;
        say(&mut flash, Level::Success, "You are logged out on this browser.");
    }
    Ok(Redirect::to("/"))
}
