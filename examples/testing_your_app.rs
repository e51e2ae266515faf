//! Tests of an application of one's own: `cargo test --example testing_your_app`. They take no time, and no server.

use axum::routing::{get, post};
use axum::{Form, Router};
use gingersnap::keystore::FileKeystore;
use gingersnap::{Session, SessionData, SessionLayer, SessionLayerBuilder, SignedIn, View, keyring::Keyring};
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Deserialize, Serialize, SessionData)]
#[session(tag = "cart", version = 1)]
struct Cart {
    items: Vec<String>,
}

#[derive(Deserialize)]
struct Item {
    item: String,
}

async fn add(mut cart: Session<Cart>, Form(it): Form<Item>) {
    cart.items.push(it.item);
}

async fn order(who: SignedIn, cart: View<Cart>) -> String {
    format!("{} for {}", cart.items.join(", "), who.subject())
}

/// The tests give this another clock.
fn sessions(ring: Keyring) -> SessionLayerBuilder {
    SessionLayer::builder(ring, "testing example").session::<Cart>("cart")
}

fn app(sessions: SessionLayer) -> Router {
    Router::new().route("/add", post(add)).route("/order", get(order)).layer(sessions)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = app(sessions(FileKeystore::for_development()?).build()?);
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}

#[cfg(test)]
mod tests {
    use gingersnap::testing::{self, Browser, Mint, TestClock};
    use gingersnap::{BuildError, SessionData as _, SessionError};

    use super::{Cart, app, sessions};

    #[tokio::test]
    async fn who_is_signed_in_orders_what_is_in_their_cart() -> Result<(), BuildError> {
        let sessions = sessions(testing::keyring()).build()?;
        let mut browser = Browser::new(app(sessions.clone()));
        assert_eq!(browser.get("/order").await.error, Some(SessionError::NotSignedIn));
        browser.insert(Mint::of(&sessions).identity("ada")); // without a log-in
        browser.post("/add", "item=tea").await.assert_sets("__Host-cart-own");
        assert_eq!(browser.get("/order").await.body, "tea for ada");
        Ok(())
    }

    #[tokio::test]
    async fn a_lunch_ends_the_sign_in_and_leaves_the_cart() -> Result<(), BuildError> {
        let clock = TestClock::new();
        let sessions = sessions(testing::keyring()).clock(clock.clone()).build()?;
        let mut browser = Browser::new(app(sessions.clone()));
        browser.insert(Mint::of(&sessions).identity("ada"));
        browser.post("/add", "item=tea").await;
        clock.advance(61 * 60);
        assert_eq!(browser.get("/order").await.status, 401);
        browser.insert(Mint::of(&sessions).identity("ada"));
        assert_eq!(browser.get("/order").await.body, "tea for ada");
        Ok(())
    }

    /// It fails when the struct changes: raise its version, write `migrate`, and pin the new print beside the old one.
    #[test]
    fn the_cart_has_the_shape_of_its_version() {
        assert_eq!((Cart::VERSION, &*testing::print::<Cart>()), (1, "f8cd"));
    }
}
