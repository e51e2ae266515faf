//! gingersnap: without an owner, signed in, and signed in with an idle timeout and activity written down.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Router;
use axum::extract::Path;
use axum::routing::{MethodRouter, get, post};
use gingersnap::keyring::Keyring;
use gingersnap::token::Suite;
use gingersnap::{
    Clock, Entropy as _, Identity, OsEntropy, Policy, Session, SessionData, SessionLayer,
    SessionLayerBuilder, SystemClock, Timestamp,
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
    vec![
        Side::new("gingersnap", router(post(seed), |it| it.policy(Policy::relaxed()))),
        Side::new("gingersnap, signed in", router(post(seed_signed_in), |it| it.policy(Policy::relaxed()))),
        Side { warm_up: Some("/later"), ..Side::new("gingersnap, active", active()) },
    ]
}

/// A browser signs in, and is active three hours later, which is written down and not due again before three more.
fn active() -> Router {
    let clock = ShiftedClock::default();
    let (earlier, later) = (clock.clone(), clock.clone());
    let seed = async move |path: Path<usize>, identity: Identity, cart: Session<Cart>| {
        earlier.0.store(0, Ordering::Relaxed);
        seed_signed_in(path, identity, cart).await;
    };
    let later = async move || later.0.store(DAY / 8, Ordering::Relaxed);
    let policy = Policy::relaxed().idle_timeout(Some(DAY));
    router(post(seed), |it| it.policy(policy).clock(clock)).route("/later", get(later))
}

/// The real clock, ahead by some seconds.
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
    identity.sign_in("ada.lovelace@example.com").await.expect("a subject short enough");
    *cart = Cart::standard(lines);
}

fn router(seed: MethodRouter, settings: impl FnOnce(SessionLayerBuilder) -> SessionLayerBuilder) -> Router {
    let builder = SessionLayer::builder(keyring(), "bench").session::<Cart>("session");
    Router::new()
        .route("/untouched", get(untouched))
        .route("/read", get(read))
        .route("/write", post(write))
        .route("/seed/{lines}", seed)
        .layer(settings(builder).build().expect("a sound configuration"))
}

fn keyring() -> Keyring {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    Keyring::init(Suite::default(), 30 * DAY, SystemClock.now(), &mut random).expect("a ring")
}

const DAY: u64 = 86_400;
