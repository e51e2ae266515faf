//! What the templates in `pages/` are filled with.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse as _, Response},
};
use gingersnap::{DoesNotFit, Flash, Identity, Message, Report};

use super::{
    assets,
    cart::Cart,
    catalog::{PRODUCTS, Product},
    format::{money, utc},
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
    pub(super) fn new(frame: Frame, cart: &Cart, visits: u32) -> Self {
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
        }
    }
}

/// The form to log in, perhaps with what was wrong and what was typed.
#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct Login {
    pub(super) frame: Frame,
    pub(super) typed: String,
    pub(super) error: Option<&'static str>,
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

/// One cookie.
pub(super) struct Card {
    title: &'static str,
    report: Report,
    raw: String,
    sealed_at: String,
    started_at: Option<String>,
    low: usize,
    high: usize,
}

impl Card {
    pub(super) fn new(title: &'static str, report: Report, raw: String) -> Self {
        let (sealed_at, started_at) = (utc(report.sealed_at), report.started_at.map(utc));
        let (low, high) = (report.limit / 4 * 3, report.limit / 10 * 9);
        Self { title, report, raw, sealed_at, started_at, low, high }
    }
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
