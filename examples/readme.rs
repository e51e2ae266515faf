//! The first program of the README: `cargo run --example readme`.
//!
//! ```text
//! curl -b jar -c jar http://127.0.0.1:3000/     # once more: the number grows
//! ```

use gingersnap::{Map, Session, SessionLayer, keystore::FileKeystore};

async fn count(mut session: Session) -> String {
    session.update("visits", |visits: &mut u32| *visits += 1);
    format!("Visit number {}\n", session.get("visits").unwrap_or(0))
}
#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let ring = FileKeystore::for_development()?;
    let sessions = SessionLayer::builder(ring, "counter").session::<Map>("session").build()?;
    let app = axum::Router::new().route("/", axum::routing::get(count)).layer(sessions);
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}
