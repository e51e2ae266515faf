//! The shelf and the cart.

use std::convert::Infallible;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use gingersnap::{Flash, Identity, Place, Session, View};

use crate::app::App;
use crate::basket::Basket;
use crate::cart::{Cart, Visits};
use crate::catalog::{PRODUCTS, Product};
use crate::format::money;
use crate::frame::{Frame, html};
use crate::preferences::Preferences;
use crate::room::Room;
use crate::sessions;

/// The shelf and the cart.
#[derive(Template)]
#[template(path = "shelf.html")]
struct Shelf {
    frame: Frame,
    shelf: Vec<Offer>,
    basket: Basket,
    visits: u32,
    nickname: String,
    destination: Option<String>,
    /// The room that the cart has.
    room: Option<Room>,
}

struct Offer {
    product: &'static Product,
    price: String,
    in_cart: u16,
    offer: u16,
    verb: &'static str,
}

impl Shelf {
    fn new(frame: Frame, cart: &View<Cart>, visits: u32, preferences: &Preferences, place: Place) -> Self {
        let offer = |product: &'static Product| {
            let in_cart = cart.quantity(product.id);
            let verb = if in_cart > 0 { "Update" } else { "Add" };
            Offer { product, price: money(product.cents), in_cart, offer: in_cart.max(1), verb }
        };
        Self {
            frame,
            shelf: PRODUCTS.iter().map(offer).collect(),
            basket: Basket::new(cart, "/#cart"),
            visits,
            nickname: preferences.nickname.clone(),
            destination: preferences.destination(),
            room: cart.report().map(|report| Room::new(&report, place, cart.lines().len())),
        }
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
