//! Ordering what is in the cart: it wants a login of the last minutes, and leaves an empty cart.

use std::mem;

use askama::Template;
use axum::Form;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use gingersnap::{Flash, Level, Session, SignedIn, View};
use serde::Deserialize;

use crate::basket::Basket;
use crate::cart::Cart;
use crate::error_pages::ShopError;
use crate::format::{count, money};
use crate::frame::{Frame, html};
use crate::messages::say;
use crate::preferences::Preferences;

/// Seconds for which a proof of identity lets somebody order.
const RECENT: u64 = 10 * 60;

/// The cart, before it is ordered.
#[derive(Template)]
#[template(path = "order.html")]
struct Review {
    frame: Frame,
    basket: Basket,
    destination: Option<String>,
}

/// The page after it.
#[derive(Template)]
#[template(path = "thanks.html")]
struct Thanks {
    frame: Frame,
    nickname: String,
    destination: Option<String>,
}

/// `GET /order`
pub(crate) async fn show(
    who: SignedIn<RECENT>,
    cart: View<Cart>,
    preferences: View<Preferences>,
    mut flash: Flash,
) -> Response {
    if cart.lines().is_empty() {
        say(&mut flash, Level::Info, "Your cart is empty: there is nothing to order.");
        return Redirect::to("/#cart").into_response();
    }
    let basket = Basket::new(&cart, "/order");
    let frame = Frame::new("order", &who, &mut flash);
    html(StatusCode::OK, &Review { frame, basket, destination: preferences.destination() })
}

/// The cart that the customer saw when they ordered.
#[derive(Deserialize)]
pub(crate) struct Seen {
    #[serde(default)]
    pieces: u32,
    #[serde(default)]
    cents: u32,
}

impl Seen {
    fn is(&self, cart: &Cart) -> bool {
        !cart.lines().is_empty() && (self.pieces, self.cents) == (cart.pieces(), cart.cents())
    }
}

/// `POST /order`: takes the cart as the customer saw it, or else shows them the one that they have now.
pub(crate) async fn place(
    _: SignedIn<RECENT>,
    mut cart: Session<Cart>,
    mut flash: Flash,
    Form(seen): Form<Seen>,
) -> Result<Redirect, ShopError> {
    let ordered = cart.commit(|cart| seen.is(cart).then(|| mem::take(cart))).await?;
    let Some(ordered) = ordered else {
        say(&mut flash, Level::Warning, "Nothing was ordered: your cart is another one by now.");
        return Ok(Redirect::to("/order"));
    };
    // A shop with an oven would write the order to its database here.
    let (pieces, total) = (count(ordered.pieces(), "piece"), money(ordered.cents()));
    say(&mut flash, Level::Success, format!("Ordered: {pieces} for {total}."));
    Ok(Redirect::to("/order/thanks"))
}

/// `GET /order/thanks`
pub(crate) async fn thanks(who: SignedIn, preferences: View<Preferences>, mut flash: Flash) -> Response {
    let frame = Frame::new("order", &who, &mut flash);
    let (nickname, destination) = (preferences.nickname.clone(), preferences.destination());
    html(StatusCode::OK, &Thanks { frame, nickname, destination })
}
