//! The shelf and the cart.

use std::convert::Infallible;

use axum::{
    Form,
    http::StatusCode,
    response::{Redirect, Response},
};
use gingersnap::{Flash, Identity, Level, Session, View};
use serde::Deserialize;

use super::{
    cart::{Cart, Order, Visits},
    errors::ShopError,
    pages::{Frame, Shop, html},
    preferences::Preferences,
};

/// `GET /`
pub(super) async fn show(
    cart: View<Cart>,
    mut visits: Session<Visits>,
    preferences: View<Preferences>,
    identity: Identity,
    mut flash: Flash,
) -> Response {
    // A counter that cannot be written now is no reason to refuse the page.
    let counted = visits.try_change(|visits| {
        visits.count = visits.count.saturating_add(1);
        Ok::<_, Infallible>(())
    });
    if let Err(error) = counted {
        tracing::info!(%error, "visit not counted");
    }
    let frame = Frame::new("shop", &identity, &mut flash);
    html(StatusCode::OK, &Shop::new(frame, &cart, visits.count, &preferences))
}

/// Leaves a message for the next page. One that no page has shown yet makes room: who sends many forms and
/// looks at no page would fill the cookie.
pub(super) fn say(flash: &mut Flash, level: Level, text: impl Into<String>) {
    let _ = flash.messages();
    flash.push(level, text);
}

/// The fields of `POST /cart-items`, as they were typed.
#[derive(Deserialize)]
pub(super) struct Put {
    #[serde(default)]
    item: String,
    #[serde(default)]
    qty: String,
}

/// `POST /cart-items`
pub(super) async fn put(
    mut cart: Session<Cart>,
    mut flash: Flash,
    Form(form): Form<Put>,
) -> Result<Redirect, ShopError> {
    match Order::parse(&form.item, &form.qty) {
        Err(problem) => say(&mut flash, Level::Error, problem),
        Ok(order) => {
            let item = order.item.clone();
            cart.try_change(|cart| {
                cart.set(order);
                Ok::<_, Infallible>(())
            })?;
            if let Some(line) = cart.lines().iter().find(|line| line.item == item) {
                say(
                    &mut flash,
                    Level::Success,
                    format!("In your cart: {} × {}.", line.quantity, line.name()),
                );
            }
        }
    }
    Ok(Redirect::to("/"))
}

/// The field of `POST /cart-items/remove`.
#[derive(Deserialize)]
pub(super) struct Remove {
    #[serde(default)]
    item: String,
}

/// `POST /cart-items/remove`
pub(super) async fn remove(
    mut cart: Session<Cart>,
    mut flash: Flash,
    Form(form): Form<Remove>,
) -> Result<Redirect, ShopError> {
    match cart.try_change(|cart| Ok::<_, Infallible>(cart.remove(&form.item)))? {
        Some(line) => say(&mut flash, Level::Success, format!("Taken out: {}.", line.name())),
        None => say(&mut flash, Level::Info, "That was not in your cart."),
    }
    Ok(Redirect::to("/"))
}
