//! The standard cart, and what it takes with other libraries, as measured with each (`benches/data`).

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::error::Error;

/// A base, and lines of which the first N are a cart of N.
#[derive(Deserialize)]
pub(super) struct Standard {
    base: Map<String, Value>,
    items: Vec<Value>,
}

impl Standard {
    pub(super) fn read() -> Result<Self, Error> {
        Ok(serde_json::from_str(include_str!("../../../../benches/data/standard-cart.json"))?)
    }

    pub(super) fn cart(&self, lines: usize) -> Map<String, Value> {
        let items = self.items.iter().take(lines).cloned().collect();
        let mut session = self.base.clone();
        session.insert("items".into(), Value::Array(items));
        session
    }

    /// The most lines of which `fits` is true.
    pub(super) fn most(
        &self,
        fits: impl Fn(&Map<String, Value>) -> Result<bool, Error>,
    ) -> Result<usize, Error> {
        let (mut least, mut too_many) = (0, self.items.len() + 1);
        while least + 1 < too_many {
            let middle = usize::midpoint(least, too_many);
            if fits(&self.cart(middle))? { least = middle } else { too_many = middle }
        }
        Ok(least)
    }
}

/// A library, how it writes a cookie, and the most lines of the cart in 4,096 octets.
pub(super) struct Peer {
    pub(super) name: String,
    pub(super) format: String,
    pub(super) most: usize,
}

/// The measured libraries, those that have room for most lines first.
pub(super) fn peers() -> Vec<Peer> {
    let rows = include_str!("../../../../benches/data/peer-cookie-sizes.csv").lines().skip(1);
    rows.filter_map(|row| {
        let cells = cells(row);
        let most = cells.get(8)?.parse().ok()?;
        Some(Peer { name: cells.first()?.clone(), format: cells.get(1)?.clone(), most })
    })
    .collect()
}

/// The cells of a line of CSV: a comma in quotes ends none.
fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for character in row.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            other => cells.last_mut().into_iter().for_each(|cell| cell.push(other)),
        }
    }
    cells
}
