//! The shelf and the cart.

use std::convert::Infallible;

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Redirect, Response};
use gingersnap::{Flash, Identity, Level, Place, Report, Session, View};
use serde::Deserialize;

use crate::app::App;
use crate::cart::{Cart, Order, Visits};
use crate::catalog::{PRODUCTS, Product};
use crate::error_pages::ShopError;
use crate::format::money;
use crate::frame::{Frame, html};
use crate::messages::say;
use crate::preferences::Preferences;
use crate::sessions;

/// The shelf and the cart.
#[derive(Template)]
#[template(path = "shelf.html")]
struct Shelf {
    frame: Frame,
    shelf: Vec<Offer>,
    cart: Vec<CartLine>,
    pieces: u32,
    total: String,
    visits: u32,
    nickname: String,
    destination: Option<String>,
    /// Where the cart is kept.
    kept: Option<String>,
}

struct Offer {
    product: &'static Product,
    price: String,
    in_cart: u16,
    offer: u16,
}

struct CartLine {
    item: String,
    name: String,
    quantity: u16,
    price: String,
}

impl Shelf {
    fn new(frame: Frame, cart: &View<Cart>, visits: u32, preferences: &Preferences, place: Place) -> Self {
        let offer = |product: &'static Product| {
            let in_cart = cart.quantity(product.id);
            Offer { product, price: money(product.cents), in_cart, offer: in_cart.max(1) }
        };
        let lines = cart.lines().iter().map(|line| CartLine {
            item: line.item.clone(),
            name: line.name().to_owned(),
            quantity: line.quantity,
            price: line.cents().map_or_else(|| "on request".to_owned(), money),
        });
        Self {
            frame,
            shelf: PRODUCTS.iter().map(offer).collect(),
            cart: lines.collect(),
            pieces: cart.pieces(),
            total: money(cart.cents()),
            visits,
            nickname: preferences.nickname.clone(),
            destination: preferences.destination(),
            kept: cart.report().map(|report| kept(&report, place)),
        }
    }
}

/// Says where a cart is kept.
fn kept(report: &Report, place: Place) -> String {
    match (report.record, place) {
        (None, _) => format!("Kept by your browser, in {} of {} bytes.", report.octets, report.limit),
        (Some(_), Place::CookieThenStore) => {
            "Kept on our server from now on: it outgrew its cookie.".to_owned()
        }
        (Some(_), _) => "Kept on our server; your browser has a pointer to it.".to_owned(),
    }
}

/// `GET /`
pub(crate) async fn show(
    State(app): State<App>,
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
    html(StatusCode::OK, &Shelf::new(frame, &cart, visits.count, &preferences, sessions::place(&app.site)))
}

/// The fields of `POST /cart-items`, as they were typed.
#[derive(Deserialize)]
pub(crate) struct Put {
    #[serde(default)]
    item: String,
    #[serde(default)]
    qty: String,
}

/// `POST /cart-items`
pub(crate) async fn put(
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
pub(crate) struct Remove {
    #[serde(default)]
    item: String,
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
    Ok(Redirect::to("/"))
}
