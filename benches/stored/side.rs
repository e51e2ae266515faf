//! The side of gingersnap.

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use gingersnap::keyring::Keyring;
use gingersnap::store::{MemoryStore, Store, open as open_store};
use gingersnap::token::Suite;
use gingersnap::{
    Clock as _, Entropy as _, OsEntropy, Place, Policy, Session, SessionData, SessionLayer,
    SessionLayerBuilder, SystemClock,
};

use crate::cart::Cart;

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;
}

/// The layer of a store at this place, with the policy that fits the peer's: no idle timeout.
pub(crate) async fn open(kind: String, place: String) -> (String, Router) {
    let store: Arc<dyn Store> = match kind.as_str() {
        "cookie" => return ("records are sealed".into(), routes(layer())),
        "memory" => Arc::new(MemoryStore::with_clock(2 << 30, SystemClock)),
        _ => open_store(&place).expect("a store's place"),
    };
    store.create_tables().await.expect("tables");
    let settings = match kind.as_str() {
        "sqlite" => "journal_mode WAL, synchronous NORMAL, 8 readers and a writer; records are sealed",
        "postgres" => "10 connections; records are sealed, versions compared",
        "redis" => "1 connection; records are sealed, versions compared",
        _ => "2 GiB at most; records are sealed, versions compared",
    };
    (settings.into(), router(store))
}

/// Routes that read, write and begin a session in the store.
pub(crate) fn router(store: Arc<dyn Store>) -> Router {
    routes(layer().store(store).place(Place::Store))
}

fn layer() -> SessionLayerBuilder {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    let ring = Keyring::init(Suite::default(), 30 * 86_400, SystemClock.now(), &mut random).expect("a ring");
    SessionLayer::builder(ring, "bench").session::<Cart>("session").policy(Policy::relaxed())
}

fn routes(layer: SessionLayerBuilder) -> Router {
    Router::new()
        .route("/read", get(read))
        .route("/write", post(write))
        .route("/seed/{lines}", post(seed))
        .layer(layer.build().expect("a sound configuration"))
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
