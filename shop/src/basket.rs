//! The cart as pages show it.

use crate::cart::Cart;
use crate::format::money;

/// The cart as pages show it: `lines.html` is its template.
pub(crate) struct Basket {
    pub(crate) lines: Vec<BasketLine>,
    pub(crate) pieces: u32,
    /// The sum of the lines that have a price.
    pub(crate) cents: u32,
    pub(crate) total: String,
    /// True if there is a line without one.
    pub(crate) has_requests: bool,
    /// The page that its forms come back to.
    pub(crate) back: &'static str,
}

/// A line of it.
pub(crate) struct BasketLine {
    pub(crate) item: String,
    pub(crate) name: String,
    pub(crate) quantity: u16,
    pub(crate) price: String,
}

impl Basket {
    pub(crate) fn new(cart: &Cart, back: &'static str) -> Self {
        let lines = cart.lines().iter().map(|line| BasketLine {
            item: line.item.clone(),
            name: line.name().to_owned(),
            quantity: line.quantity,
            price: line.price(),
        });
        Self {
            lines: lines.collect(),
            pieces: cart.pieces(),
            cents: cart.cents(),
            total: money(cart.cents()),
            has_requests: cart.lines().iter().any(|line| line.cents().is_none()),
            back,
        }
    }
}
