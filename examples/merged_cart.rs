//! A cart in a store, which two tabs change at once and neither loses a line: what both did is merged, item by item.
//!
//! ```text
//! cargo run --example merged_cart
//! curl -b jar -c jar -d 'item=gingersnap&qty=2' http://127.0.0.1:3000/      # sets a quantity; 0 removes the line
//! curl -b jar -c jar -d 'item=gingersnap' http://127.0.0.1:3000/add         # one more
//! ```

use std::collections::BTreeMap;
use std::error::Error;

use axum::routing::{get, post};
use axum::{Form, Router};
use gingersnap::store::{MemoryStore, Store};
use gingersnap::{BuildError, Place, Session, SessionData, SessionError, SessionLayer, View};
use gingersnap::{keyring::Keyring, keystore::FileKeystore};
use serde::{Deserialize, Serialize};

/// Quantities by item.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub(crate) struct Cart {
    pub(crate) lines: BTreeMap<String, u32>,
}

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;

    /// A line counts as whoever changed it left it; of two changes of one line, the larger quantity. No line is none of it.
    fn merge(base: &Self, ours: &Self, theirs: &Self) -> Option<Self> {
        let mut merged = Self::default();
        for item in ours.lines.keys().chain(theirs.lines.keys()) {
            let [base, ours, theirs] = [base, ours, theirs].map(|cart| cart.quantity(item));
            let quantity = match base {
                base if base == ours => theirs,
                base if base == theirs => ours,
                _ => ours.max(theirs),
            };
            merged.set(item.clone(), quantity);
        }
        Some(merged)
    }
}

impl Cart {
    fn quantity(&self, item: &str) -> u32 {
        self.lines.get(item).copied().unwrap_or_default()
    }

    fn set(&mut self, item: String, quantity: u32) {
        match quantity {
            0 => drop(self.lines.remove(&item)),
            _ => drop(self.lines.insert(item, quantity)),
        }
    }
}

#[derive(Deserialize)]
struct Line {
    item: String,
    #[serde(default)]
    qty: u32,
}

/// A change in a handler is merged if another request was faster.
async fn set(mut cart: Session<Cart>, Form(line): Form<Line>) {
    cart.set(line.item, line.qty);
}

/// Where each click counts, the change is made of the cart as it is in the store now, and made anew if another request was faster.
async fn add(mut cart: Session<Cart>, Form(Line { item, .. }): Form<Line>) -> Result<String, SessionError> {
    let quantity = cart.commit(|cart| {
        let quantity = cart.quantity(&item).saturating_add(1);
        cart.set(item.clone(), quantity);
        quantity
    });
    Ok(format!("{} x {item}\n", quantity.await?))
}

async fn show(cart: View<Cart>) -> String {
    cart.lines.iter().map(|(item, quantity)| format!("{quantity} x {item}\n")).collect()
}

pub(crate) fn app(ring: Keyring, store: impl Store) -> Result<Router, BuildError> {
    let sessions = SessionLayer::builder(ring, "merged cart example")
        .store(store)
        .session::<Cart>("cart")
        .place(Place::Store)
        .build()?;
    Ok(Router::new().route("/", get(show).post(set)).route("/add", post(add)).layer(sessions))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = app(FileKeystore::for_development()?, MemoryStore::new())?; // a restart empties all carts
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}
