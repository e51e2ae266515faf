//! What the templates in `pages/` are filled with.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use gingersnap::{DoesNotFit, Flash, Identity, Message};

use super::{
    assets,
    attacks::{ATTACKS, Fought},
    cart::Cart,
    catalog::{PRODUCTS, Product},
    format::money,
    inside::Card,
    login::Credentials,
    preferences::Preferences,
};

/// What stands around every page.
pub(super) struct Frame {
    style: String,
    icon: String,
    here: &'static str,
    visitor: Visitor,
    messages: Vec<Message>,
}

/// Who looks at the page, as far as the page knows.
pub(super) enum Visitor {
    /// The page did not ask: a page about an error.
    Unknown,
    Anonymous,
    SignedIn(String),
}

impl Frame {
    /// The frame of a page that knows its visitor, and shows the messages that wait.
    pub(super) fn new(here: &'static str, identity: &Identity, flash: &mut Flash) -> Self {
        let visitor = identity.subject().map_or(Visitor::Anonymous, |it| Visitor::SignedIn(it.to_owned()));
        Self { here, visitor, messages: flash.messages(), ..Self::bare() }
    }

    /// The frame of a page that looks at no session.
    pub(super) fn bare() -> Self {
        let (style, icon) = (assets::style_href(), assets::icon_href());
        Self { style, icon, here: "", visitor: Visitor::Unknown, messages: Vec::new() }
    }
}

/// The shelf and the cart.
#[derive(Template)]
#[template(path = "shop.html")]
pub(super) struct Shop {
    frame: Frame,
    shelf: Vec<Offer>,
    cart: Vec<CartLine>,
    pieces: u32,
    total: String,
    visits: u32,
    nickname: String,
    destination: Option<String>,
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

impl Shop {
    pub(super) fn new(frame: Frame, cart: &Cart, visits: u32, preferences: &Preferences) -> Self {
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
        }
    }
}

/// The form to log in, perhaps with what was wrong and what was typed.
#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct Login {
    pub(super) frame: Frame,
    pub(super) form: Credentials,
    /// For how many one may stay logged in.
    pub(super) days: u64,
    pub(super) error: Option<&'static str>,
}

/// The form to log in again.
#[derive(Template)]
#[template(path = "again.html")]
pub(super) struct Again {
    pub(super) frame: Frame,
    pub(super) typed: String,
    pub(super) next: String,
    pub(super) error: Option<&'static str>,
}

/// A form that waits for its sender to log in.
#[derive(Template)]
#[template(path = "pending.html")]
pub(super) struct Pending {
    pub(super) frame: Frame,
    pub(super) login: &'static str,
}

/// What somebody told the shop about themselves.
#[derive(Template)]
#[template(path = "account.html")]
pub(super) struct Account {
    pub(super) frame: Frame,
    pub(super) nickname: String,
    pub(super) address: String,
    pub(super) error: Option<&'static str>,
}

/// The attacks, and how the last one went.
#[derive(Template)]
#[template(path = "attacks.html")]
pub(super) struct Attacks {
    pub(super) frame: Frame,
    pub(super) is_signed_in: bool,
    pub(super) result: Option<Fought>,
}

/// Why somebody who just logged in is not.
#[derive(Template)]
#[template(path = "check.html")]
pub(super) struct Check {
    pub(super) frame: Frame,
    pub(super) plain_http: bool,
}

/// A cart that does not fit.
#[derive(Template)]
#[template(path = "full.html")]
pub(super) struct Full {
    pub(super) frame: Frame,
    pub(super) error: DoesNotFit,
}

/// An error in a sentence.
#[derive(Template)]
#[template(path = "notice.html")]
pub(super) struct Notice {
    pub(super) frame: Frame,
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) status: StatusCode,
}

/// What the cookies hold.
#[derive(Template)]
#[template(path = "session.html")]
pub(super) struct Cookies {
    pub(super) frame: Frame,
    pub(super) cards: Vec<Card>,
}

/// Fills a page.
pub(super) fn html(status: StatusCode, page: &impl Template) -> Response {
    match page.render() {
        Ok(text) => (status, Html(text)).into_response(),
        Err(error) => {
            tracing::error!(%error, "page not rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
