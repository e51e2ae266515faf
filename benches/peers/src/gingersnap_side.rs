//! gingersnap: without an owner, signed in, and signed in with an idle timeout and activity written down.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::Path;
use axum::routing::{MethodRouter, get, post};
use gingersnap::keyring::Keyring;
use gingersnap::token::Suite;
use gingersnap::{
    Clock, Entropy as _, Identity, OsEntropy, Policy, Session, SessionData, SessionLayer, SystemClock,
    Timestamp,
};

use crate::base::untouched;
use crate::cart::Cart;
use crate::sides::Side;

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;
}

/// The three sides, in the library's default configuration but for the timeouts.
pub fn sides() -> Vec<Side> {
    let without = Policy::relaxed();
    let with = without.idle_timeout(Some(DAY));
    vec![
        Side { name: "gingersnap", router: router(post(seed), without), warm_up: None },
        Side { name: "gingersnap, signed in", router: router(post(seed_signed_in), without), warm_up: None },
        Side {
            name: "gingersnap, active",
            router: router(post(seed_signed_in), with),
            warm_up: Some("/later"),
        },
    ]
}

/// The real clock, ahead by what `/later` adds: so activity comes to be written down.
#[derive(Clone, Default)]
struct ShiftedClock(Arc<AtomicU64>);

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.0.load(Ordering::Relaxed))
    }
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

fn router(seed: MethodRouter, policy: Policy) -> Router {
    let clock = ShiftedClock::default();
    let builder = SessionLayer::builder(keyring(), "bench").session::<Cart>("session").policy(policy);
    let layer = match policy == Policy::relaxed() {
        true => builder.build(),
        false => builder.clock(clock.clone()).build(),
    };
    let later = async move |_: Identity| {
        clock.0.fetch_add(DAY / 8, Ordering::Relaxed);
    };
    Router::new()
        .route("/untouched", get(untouched))
        .route("/read", get(read))
        .route("/write", post(write))
        .route("/seed/{lines}", seed)
        .route("/later", get(later))
        .layer(layer.expect("a sound configuration"))
}

fn keyring() -> Keyring {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    Keyring::init(Suite::default(), 30 * DAY, SystemClock.now(), &mut random).expect("a ring")
}

const DAY: u64 = 86_400;
