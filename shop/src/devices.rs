//! The page where somebody is logged in, and may end it: for the person themself, so it wants a login of the last minutes.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use gingersnap::{Clock as _, Flash, Level, SignIn, SignInKey, SignedIn, SystemClock};
use serde::Deserialize;

use crate::account::FRESH;
use crate::app::App;
use crate::error_pages::ShopError;
use crate::frame::{Frame, html};
use crate::messages::say;
use crate::when::When;

/// The list of logins.
#[derive(Template)]
#[template(path = "devices.html")]
struct Devices {
    frame: Frame,
    has_store: bool,
    logins: Vec<Login>,
}

struct Login {
    key: String,
    name: String,
    is_this: bool,
    started: When,
    seen: When,
}

/// `GET /devices`
pub(crate) async fn show(
    State(app): State<App>,
    who: SignedIn<FRESH>,
    mut flash: Flash,
) -> Result<Response, ShopError> {
    let has_store = app.site.store.is_some();
    let logins = if has_store { who.sign_ins().await? } else { Vec::new() };
    let logins = logins.iter().map(Login::of).collect();
    let frame = Frame::new("account", &who, &mut flash);
    Ok(html(StatusCode::OK, &Devices { frame, has_store, logins }))
}

impl Login {
    fn of(it: &SignIn) -> Self {
        let now = SystemClock.now();
        Self {
            key: it.key.to_string(),
            name: it.label.clone().unwrap_or_else(|| "A browser".into()),
            is_this: it.is_this,
            started: When::past(it.started_at, now),
            seen: When::past(it.seen_at, now),
        }
    }
}

/// The fields of `POST /devices/end`.
#[derive(Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    key: String,
}

/// `POST /devices/end`
pub(crate) async fn end(
    who: SignedIn<FRESH>,
    mut flash: Flash,
    Form(chosen): Form<Chosen>,
) -> Result<Redirect, ShopError> {
    let ended = match chosen.key.parse::<SignInKey>() {
        Ok(key) => who.end(&key).await?,
        Err(_) => false,
    };
    if ended {
        say(&mut flash, Level::Success, "That login has ended, with every copy of its cookies.");
    } else {
        say(&mut flash, Level::Info, "That login was over already.");
    }
    Ok(Redirect::to("/devices"))
}

/// `POST /devices/end-others`
pub(crate) async fn end_others(mut who: SignedIn<FRESH>, mut flash: Flash) -> Result<Redirect, ShopError> {
    who.end_others().await?;
    say(&mut flash, Level::Success, "You are logged in here alone: every other login of yours has ended.");
    Ok(Redirect::to("/devices"))
}
