//! The cart and the visits, and the rules for the cart.

use gingersnap::SessionData;
use serde::{Deserialize, Serialize};

use crate::catalog::{self, Product};
use crate::format::money;

/// The things somebody wants to buy, in the order in which they chose them.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Cart {
    lines: Vec<Line>,
}

/// One kind of thing.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Line {
    /// A product's id, or a request in the customer's words.
    pub(crate) item: String,
    pub(crate) quantity: u16,
}

/// The number of times that this browser has seen the shop, whoever sat before it: a session of the browser.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub(crate) struct Visits {
    pub(crate) count: u32,
}

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;

    /// The cart of somebody who logs in, with what was chosen before that: of each item the larger quantity. Sums
    /// would grow with each answer that is lost on its way and asked for again.
    fn merge(_: &Self, hers: &Self, guests: &Self) -> Option<Self> {
        let mut cart = hers.clone();
        for Line { item, quantity } in &guests.lines {
            let quantity = cart.quantity(item).max(*quantity);
            cart.set(Choice { item: item.clone(), quantity });
        }
        Some(cart)
    }
}

impl SessionData for Visits {
    const TAG: &'static str = "visits";
    const VERSION: u16 = 1;
}

impl Line {
    /// The product, unless the line is a request.
    pub(crate) fn product(&self) -> Option<&'static Product> {
        catalog::find(&self.item)
    }

    pub(crate) fn name(&self) -> &str {
        self.product().map_or(&self.item, |product| product.name)
    }

    /// Returns nothing for a request: its price is told at the counter.
    pub(crate) fn cents(&self) -> Option<u32> {
        self.product().map(|product| product.cents * u32::from(self.quantity))
    }

    pub(crate) fn price(&self) -> String {
        self.cents().map_or_else(|| "on request".to_owned(), money)
    }
}

impl Cart {
    pub(crate) fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Returns the number of pieces of an item in the cart.
    pub(crate) fn quantity(&self, item: &str) -> u16 {
        self.lines.iter().find(|line| line.item == item).map_or(0, |line| line.quantity)
    }

    /// Pieces in all.
    pub(crate) fn pieces(&self) -> u32 {
        self.lines.iter().map(|line| u32::from(line.quantity)).sum()
    }

    /// Returns the sum of the lines that have a price.
    pub(crate) fn cents(&self) -> u32 {
        self.lines.iter().filter_map(Line::cents).sum()
    }

    /// Sets an item's quantity: sending a form twice changes nothing.
    pub(crate) fn set(&mut self, choice: Choice) {
        match self.lines.iter_mut().find(|line| line.item == choice.item) {
            Some(line) => line.quantity = choice.quantity,
            None => self.lines.push(Line { item: choice.item, quantity: choice.quantity }),
        }
    }

    /// Takes an item out, and returns its line.
    pub(crate) fn remove(&mut self, item: &str) -> Option<Line> {
        let index = self.lines.iter().position(|line| line.item == item)?;
        Some(self.lines.remove(index))
    }
}

/// An item and a quantity that make sense.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Choice {
    pub(crate) item: String,
    pub(crate) quantity: u16,
}

impl Choice {
    /// Reads the form's two fields; the error is a sentence for the customer.
    pub(crate) fn parse(item: &str, quantity: &str) -> Result<Self, &'static str> {
        let item = item.trim();
        if item.is_empty() {
            return Err("Nothing was added: say what you would like.");
        }
        if item.chars().count() > MAX_ITEM {
            return Err("Nothing was added: a request has at most 100 characters.");
        }
        if item.chars().any(char::is_control) {
            return Err("Nothing was added: a request is one line of text.");
        }
        let quantity = match quantity.trim().parse() {
            Ok(quantity @ 1..=MAX_QUANTITY) => quantity,
            _ => return Err("Nothing was changed: a quantity is a number from 1 to 99."),
        };
        let item = catalog::find(item).map_or(item, |product| product.id).to_owned();
        Ok(Self { item, quantity })
    }
}

/// Characters of a request.
const MAX_ITEM: usize = 100;
/// Pieces of one item.
const MAX_QUANTITY: u16 = 99;

#[cfg(test)]
mod tests {
    use super::*;

    fn order(item: &str, quantity: &str) -> Choice {
        Choice::parse(item, quantity).expect("an order")
    }

    #[test]
    fn a_quantity_is_set_and_not_added_to() {
        let mut cart = Cart::default();
        cart.set(order("Gingersnaps", "2"));
        cart.set(order("a cake with a 7 on it", "1"));
        cart.set(order("gingersnaps", " 3 "));
        assert_eq!((cart.quantity("gingersnaps"), cart.pieces(), cart.cents()), (3, 4, 1440));
        assert_eq!(cart.remove("gingersnaps").map(|line| line.quantity), Some(3));
        assert_eq!(cart.remove("gingersnaps"), None);
        assert_eq!((cart.pieces(), cart.cents()), (1, 0));
    }

    #[test]
    fn two_carts_are_one_with_the_larger_quantities_however_often_they_are_merged() {
        let cart = |orders: &[(&str, &str)]| {
            let mut cart = Cart::default();
            orders.iter().for_each(|(item, quantity)| cart.set(order(item, quantity)));
            cart
        };
        let merge = |hers: &Cart, guests: &Cart| Cart::merge(&Cart::default(), hers, guests).expect("a cart");
        let hers = cart(&[("rye-loaf", "2"), ("gift-tin", "1"), ("a cake", "1")]);
        let guests = cart(&[("gift-tin", "3"), ("plum-tart", "1"), ("rye-loaf", "1")]);
        let merged = merge(&hers, &guests);
        assert_eq!(
            merged,
            cart(&[("rye-loaf", "2"), ("gift-tin", "3"), ("a cake", "1"), ("plum-tart", "1")])
        );
        assert_eq!(merge(&merged, &guests), merged);
        assert_eq!(merge(&hers, &Cart::default()), hers);
        assert_eq!(merge(&Cart::default(), &guests), guests);
    }

    #[test]
    fn orders_that_make_no_sense_are_refused() {
        for quantity in ["", "0", "100", "-1", "1.5", "many", "65537", "99999999999"] {
            assert!(Choice::parse("gingersnaps", quantity).is_err(), "{quantity}");
        }
        let long = "é".repeat(100);
        assert!(Choice::parse(&long, "1").is_ok());
        for item in ["", "  ", "two\nlines", &format!("{long}x")] {
            assert!(Choice::parse(item, "1").is_err(), "{item}");
        }
    }
}
