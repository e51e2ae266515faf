//! The session that every side carries: the standard cart.

use std::hint::black_box;

use serde::{Deserialize, Serialize};

/// The base fields and the first lines of the standard cart.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Cart {
    user_id: u64,
    email: String,
    csrf: String,
    items: Vec<Item>,
}

#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
struct Item {
    sku: String,
    qty: u32,
    price_cents: u32,
}

impl Cart {
    /// The standard cart with its first `lines` lines.
    pub fn standard(lines: usize) -> Self {
        #[derive(Deserialize)]
        struct File {
            base: Base,
            items: Vec<Item>,
        }
        #[derive(Deserialize)]
        struct Base {
            user_id: u64,
            email: String,
            csrf: String,
        }
        let File { base: Base { user_id, email, csrf }, mut items } =
            serde_json::from_str(include_str!("../../data/standard-cart.json")).expect("the standard cart");
        assert!(items.len() >= lines);
        items.truncate(lines);
        Self { user_id, email, csrf, items }
    }

    /// The smallest change: one more of the first article, or, where there is none, another number.
    pub fn change(&mut self) {
        match self.items.first_mut() {
            Some(item) => item.qty += 1,
            None => self.user_id += 1,
        }
    }

    /// The handlers' answer: 100 bytes that could not be written without having read the cart.
    pub fn page(&self) -> String {
        page(self.user_id, self.items.len(), self.items.iter().map(|item| item.qty).sum())
    }
}

/// The page of a handler that knows no session: the same bytes, written the same way.
pub fn page_without_session() -> String {
    page(black_box(482_913), black_box(10), black_box(26))
}

fn page(user_id: u64, lines: usize, qty: u32) -> String {
    use std::fmt::Write as _;

    let mut page = String::with_capacity(PAGE_LEN);
    let _ = write!(page, "user {user_id}: {lines} lines, {qty} articles ");
    page.push_str(FILL.get(page.len()..).unwrap_or_default());
    page
}

const FILL: &str = match str::from_utf8(&[b'.'; PAGE_LEN]) {
    Ok(fill) => fill,
    Err(_) => unreachable!(),
};
const PAGE_LEN: usize = 100;
