//! A page that a browser left open must not give away: it wants a login of the last minutes.

use std::convert::Infallible;

use axum::{
    Form,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use gingersnap::{Flash, Level, Session, SignedIn, View};
use serde::Deserialize;

use super::{
    errors::ShopError,
    pages::{Account, Frame, html},
    preferences::Preferences,
    shop::say,
};

/// Seconds for which a proof of who somebody is holds here.
pub(super) const FRESH: u64 = 5 * 60;

/// `GET /account`
pub(super) async fn show(who: SignedIn<FRESH>, kept: View<Preferences>, mut flash: Flash) -> Response {
    let frame = Frame::new("account", &who, &mut flash);
    let (nickname, address) = (kept.nickname.clone(), kept.address.clone());
    html(StatusCode::OK, &Account { frame, nickname, address, error: None })
}

/// The fields of `POST /account`, as they were typed.
#[derive(Deserialize)]
pub(super) struct Typed {
    #[serde(default)]
    nickname: String,
    #[serde(default)]
    address: String,
}

/// `POST /account`
pub(super) async fn save(
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
            let page = Account { frame, nickname, address, error: Some(error) };
            Ok(html(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
