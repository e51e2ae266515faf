//! gingersnap: without an owner, and signed in.

use axum::Router;
use axum::extract::Path;
use axum::routing::{MethodRouter, get, post};
use gingersnap::keyring::Keyring;
use gingersnap::token::Suite;
use gingersnap::{Clock, Entropy as _, Identity, OsEntropy, Session, SessionData, SessionLayer, SystemClock};

use crate::base::untouched;
use crate::cart::Cart;
use crate::sides::Side;

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;
}

/// Both sides, in the library's default configuration.
pub fn sides() -> Vec<Side> {
    vec![
        Side { name: "gingersnap", router: router(post(seed)) },
        Side { name: "gingersnap, signed in", router: router(post(seed_signed_in)) },
    ]
}

async fn read(cart: Session<Cart>) -> String {
    cart.page()
}

async fn write(mut cart: Session<Cart>) -> String {
    cart.change();
    cart.page()
}

async fn seed(Path(lines): Path<usize>, mut cart: Session<Cart>) {
    *cart = Cart::standard(lines);
}

async fn seed_signed_in(Path(lines): Path<usize>, mut identity: Identity, mut cart: Session<Cart>) {
    identity.sign_in("ada.lovelace@example.com").expect("a subject short enough");
    *cart = Cart::standard(lines);
}

fn router(seed: MethodRouter) -> Router {
    let layer = SessionLayer::builder(keyring(), "bench").session::<Cart>("session").build();
    Router::new()
        .route("/untouched", get(untouched))
        .route("/read", get(read))
        .route("/write", post(write))
        .route("/seed/{lines}", seed)
        .layer(layer.expect("a sound configuration"))
}

fn keyring() -> Keyring {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    Keyring::init(Suite::default(), 30 * DAY, SystemClock.now(), &mut random).expect("a ring")
}

const DAY: u64 = 86_400;
