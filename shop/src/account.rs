//! A page that a browser left open must not give away: it wants a login of the last minutes.

use std::convert::Infallible;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use gingersnap::{Flash, Level, Place, Session, SignedIn, View};
use serde::Deserialize;

use crate::app::App;
use crate::error_pages::ShopError;
use crate::frame::{Frame, html};
use crate::messages::say;
use crate::preferences::Preferences;
use crate::sessions;

/// Seconds for which a proof of identity holds here.
pub(crate) const FRESH: u64 = 5 * 60;

/// The visitor's nickname and address, as they told the shop.
#[derive(Template)]
#[template(path = "account.html")]
struct Account {
    frame: Frame,
    nickname: String,
    address: String,
    error: Option<&'static str>,
    is_stored: bool,
}

/// `GET /account`
pub(crate) async fn show(
    State(app): State<App>,
    who: SignedIn<FRESH>,
    kept: View<Preferences>,
    mut flash: Flash,
) -> Response {
    let frame = Frame::new("account", &who, &mut flash);
    let (nickname, address) = (kept.nickname.clone(), kept.address.clone());
    let is_stored = is_stored(&app);
    html(StatusCode::OK, &Account { frame, nickname, address, error: None, is_stored })
}

/// The fields of `POST /account`, as they were typed.
#[derive(Deserialize)]
pub(crate) struct Typed {
    #[serde(default)]
    nickname: String,
    #[serde(default)]
    address: String,
}

/// `POST /account`
pub(crate) async fn save(
    State(app): State<App>,
    who: SignedIn<FRESH>,
    mut kept: Session<Preferences>,
    mut flash: Flash,
    Form(typed): Form<Typed>,
) -> Result<Response, ShopError> {
    match Preferences::parse(&typed.nickname, &typed.address) {
        Ok(preferences) => {
            kept.try_change(|kept| {
                *kept = preferences;
                Ok::<_, Infallible>(())
            })?;
            say(&mut flash, Level::Success, "Saved.");
            Ok(Redirect::to("/account").into_response())
        }
        Err(error) => {
            let frame = Frame::new("account", &who, &mut flash);
            let Typed { nickname, address } = typed;
            let page = Account { frame, nickname, address, error: Some(error), is_stored: is_stored(&app) };
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// True if nicknames and addresses are on the server: so short, they never need to go there.
fn is_stored(app: &App) -> bool {
    sessions::place(&app.site) == Place::Store
}
