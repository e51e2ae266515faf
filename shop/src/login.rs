//! Logging in and out.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::TypedHeader;
use axum_extra::headers::UserAgent;
use gingersnap::{Adoption, Flash, Identity, Level};
use serde::Deserialize;

use crate::agent;
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
    browser: Option<TypedHeader<UserAgent>>,
    Form(form): Form<Credentials>,
) -> Result<Response, ShopError> {
    let days = app.remembered_days();
    let address = match email::parse(&form.email) {
        Ok(address) => address,
        Err(error) => {
            let frame = Frame::new("login", &identity, &mut flash);
            let page = Login { frame, form, days, error: Some(error) };
            return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
    };
    let hello = format!("Hello {address}. ");
    let (adoption, how) = match form.remember {
        Some(_) => (
            identity.sign_in_and_remember(address, app.remember_for).await?,
            format!("You stay logged in on this browser for {days} days."),
        ),
        None => (identity.sign_in(address).await?, "You are logged in.".to_owned()),
    };
    if app.site.store.is_some() {
        identity.label(&agent::name(browser.as_deref())).await?;
    }
    // A message is whose it was when it was pushed: this one is of who has just logged in.
    say(&mut flash, Level::Success, hello + &how + about_the_cart(&adoption));
    Ok(Redirect::to(&next::then("/login/check", &form.next)).into_response())
}

/// A sentence on what was in the cart before: without a login nothing else is kept that a login could adopt.
const fn about_the_cart(adoption: &Adoption) -> &'static str {
    match adoption {
        Adoption { merged, .. } if !merged.is_empty() => {
            " What you chose before joins your cart, if it fits."
        }
        Adoption { adopted, .. } if !adopted.is_empty() => " What was in the cart is yours now.",
        Adoption { removed, .. } if !removed.is_empty() => {
            " What was in the cart was perhaps somebody else's, so it is gone."
        }
        _ => "",
    }
}

/// `GET /login/check`: checks that the browser sends back the login's cookies.
pub(crate) async fn check(State(app): State<App>, identity: Identity, Form(asked): Form<Asked>) -> Response {
    if identity.subject().is_some() {
        return Redirect::to(next::own_path(&asked.next)).into_response();
    }
    let plain_http = !app.site.https && !app.site.insecure_cookies;
    html(StatusCode::BAD_REQUEST, &Check { frame: Frame::bare(), plain_http })
}

/// `POST /logout`, whoever asks: a login that timed out, or cannot be read yet, has left cookies to remove too.
pub(crate) async fn log_out(mut identity: Identity, mut flash: Flash) -> Result<Redirect, ShopError> {
    identity.sign_out().await?;
    say(&mut flash, Level::Success, "You are logged out on this browser.");
    Ok(Redirect::to("/"))
}
