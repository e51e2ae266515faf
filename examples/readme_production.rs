//! The README's program with a ring of its own, which changes while requests run, and a store.
//!
//! ```text
//! gingersnap keys init --plaintext --keys keys.json && gingersnap store init sqlite:sessions.db
//! cargo run --example readme_production --features reload,sqlite
//! ```

use std::error::Error;

use axum::{Router, routing::get};
use gingersnap::{Map, Reloader, Session, SessionLayer, keystore::FileKeystore};

async fn count(mut session: Session) -> String {
    session.update("visits", |visits: &mut u32| *visits += 1);
    format!("Visit number {}\n", session.get("visits").unwrap_or(0))
}

pub(crate) async fn app() -> Result<Router, Box<dyn Error>> {
    let reloader = Reloader::start(FileKeystore::new("keys.json")).await?;
    let ring = reloader.keyring(); // follows the file from here on:
    tokio::spawn(reloader.node("web-1".parse()?).run(std::future::pending()));
    let store = gingersnap::store::open("sqlite:sessions.db")?;
    let sessions = SessionLayer::builder(ring, "counter").session::<Map>("session").store(store).build()?;
    Ok(Router::new().route("/", get(count)).layer(sessions))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app().await?).await?)
}
