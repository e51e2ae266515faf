//! The peers' side of `benches/stored`: tower-sessions with its stores on databases and in memory.
//!
//! As each store's documentation sets it up. What it changed is saved when the response goes; the cookie holds an id in clear.

use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};
use gingersnap_peers::cart::Cart;
use gingersnap_peers::stored::serve;
use tower_sessions_for_stores::cookie::SameSite;
use tower_sessions_for_stores::{MemoryStore, Session, SessionManagerLayer, SessionStore};
use tower_sessions_redis_store::RedisStore;
use tower_sessions_redis_store::fred::prelude::{ClientLike as _, Config, Pool};
use tower_sessions_sqlx_store::sqlx::postgres::PgPoolOptions;
use tower_sessions_sqlx_store::sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
};
use tower_sessions_sqlx_store::{PostgresStore, SqliteStore};

fn main() {
    serve(open);
}

async fn open(kind: String, place: String) -> (String, Router) {
    match kind.as_str() {
        "memory" => ("no bound".into(), router(MemoryStore::default())),
        "sqlite" => sqlite(&place).await,
        "postgres" => {
            let pool = PgPoolOptions::new().max_connections(10).connect(&place).await.expect("a server");
            let store = PostgresStore::new(pool);
            store.migrate().await.expect("a table");
            ("10 connections".into(), router(store))
        }
        "redis" => {
            let config = Config::from_url(&place).expect("a URL");
            let pool = Pool::new(config, None, None, None, 6).expect("a pool");
            pool.init().await.expect("a server");
            ("6 connections".into(), router(RedisStore::new(pool)))
        }
        kind => panic!("what is {kind}?"),
    }
}

async fn sqlite(path: &str) -> (String, Router) {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal);
    let pool = SqlitePoolOptions::new().max_connections(10).connect_with(options).await.expect("a file");
    let store = SqliteStore::new(pool);
    store.migrate().await.expect("a table");
    ("journal_mode WAL, synchronous NORMAL, 10 connections".into(), router(store))
}

fn router<S: SessionStore + Clone>(store: S) -> Router {
    Router::new()
        .route("/read", get(read))
        .route("/write", post(write))
        .route("/seed/{lines}", post(seed))
        .layer(SessionManagerLayer::new(store).with_same_site(SameSite::Lax))
}

async fn read(session: Session) -> String {
    let cart: Option<Cart> = session.get("cart").await.expect("a store that answers");
    cart.expect("a cart").page()
}

async fn write(session: Session) -> String {
    let cart: Option<Cart> = session.get("cart").await.expect("a store that answers");
    let mut cart = cart.expect("a cart");
    cart.change();
    session.insert("cart", &cart).await.expect("a store that takes it");
    cart.page()
}

async fn seed(Path(lines): Path<usize>, session: Session) {
    session.insert("cart", Cart::standard(lines)).await.expect("a store that takes it");
}
