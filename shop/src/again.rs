//! Logging in again, for pages that want to know that the person is still there.

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use gingersnap::{Flash, Level, SignedIn};
use serde::Deserialize;

use crate::account::FRESH;
use crate::email;
use crate::error_pages::ShopError;
use crate::frame::{Frame, html};
use crate::messages::say;
use crate::next;

/// The form to log in again.
#[derive(Template)]
#[template(path = "again.html")]
struct Again {
    frame: Frame,
    typed: String,
    next: String,
    error: Option<&'static str>,
}

/// The query of `GET /login/again`.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    next: String,
}

/// `GET /login/again`
pub(crate) async fn show(who: SignedIn, mut flash: Flash, Form(asked): Form<Asked>) -> Response {
    if who.authenticated_within(FRESH) {
        return Redirect::to(next::own_path(&asked.next)).into_response();
    }
    let frame = Frame::new("login", &who, &mut flash);
    html(StatusCode::OK, &Again { frame, typed: String::new(), next: asked.next, error: None })
}

/// The fields of `POST /login/again`.
#[derive(Deserialize)]
pub(crate) struct Proof {
    #[serde(default)]
    email: String,
    #[serde(default)]
    next: String,
}

/// `POST /login/again`: the login goes on under a new session id, with its end as it was.
pub(crate) async fn log_in(
    mut who: SignedIn,
    mut flash: Flash,
    Form(proof): Form<Proof>,
) -> Result<Response, ShopError> {
    let checked = email::parse(&proof.email)
        .and_then(|typed| if typed == who.subject() { Ok(()) } else { Err(ANOTHER) });
    match checked {
        Ok(()) => {
            who.reauthenticate().await?;
            say(&mut flash, Level::Success, "Thank you. Go on where you were.");
            Ok(Redirect::to(next::own_path(&proof.next)).into_response())
        }
        Err(error) => {
            let frame = Frame::new("login", &who, &mut flash);
            let page = Again { frame, typed: proof.email, next: proof.next, error: Some(error) };
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

const ANOTHER: &str = "That is not the address that is logged in here. If it is not yours, log out above.";
