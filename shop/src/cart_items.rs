//! Putting things into the cart and taking them out, on whichever page that is done.

use std::convert::Infallible;

use axum::Form;
use axum::response::Redirect;
use gingersnap::{Flash, Level, Session};
use serde::Deserialize;

use crate::cart::{Cart, Choice};
use crate::error_pages::ShopError;
use crate::messages::say;
use crate::next;

/// The fields of `POST /cart-items`, as they were typed.
#[derive(Deserialize)]
pub(crate) struct Put {
    #[serde(default)]
    item: String,
    #[serde(default)]
    qty: String,
    /// The place that the form was sent from.
    #[serde(default)]
    next: String,
}

/// `POST /cart-items`
pub(crate) async fn put(
    mut cart: Session<Cart>,
    mut flash: Flash,
    Form(form): Form<Put>,
) -> Result<Redirect, ShopError> {
    match Choice::parse(&form.item, &form.qty) {
        Err(problem) => say(&mut flash, Level::Error, problem),
        Ok(choice) => {
            let item = choice.item.clone();
            cart.try_change(|cart| {
                cart.set(choice);
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
    Ok(Redirect::to(next::own_path(&form.next)))
}

/// The fields of `POST /cart-items/remove`.
#[derive(Deserialize)]
pub(crate) struct Remove {
    #[serde(default)]
    item: String,
    #[serde(default)]
    next: String,
}

/// `POST /cart-items/remove`
pub(crate) async fn remove(
    mut cart: Session<Cart>,
    mut flash: Flash,
    Form(form): Form<Remove>,
) -> Result<Redirect, ShopError> {
    match cart.try_change(|cart| Ok::<_, Infallible>(cart.remove(&form.item)))? {
        Some(line) => say(&mut flash, Level::Success, format!("Taken out: {}.", line.name())),
        None => say(&mut flash, Level::Info, "That was not in your cart."),
    }
    Ok(Redirect::to(next::own_path(&form.next)))
}
