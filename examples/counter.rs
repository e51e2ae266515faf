//! Counts visits, in a session that lives in the browser's cookie alone.
//!
//! ```text
//! cargo run --example counter
//! curl -b jar -c jar http://127.0.0.1:3000/     # once more: the number grows
//! ```
//! curl sends `Secure` cookies to 127.0.0.1; a browser that does not needs `CookieSettings::insecure_http()`.

use std::error::Error;

use axum::{Router, routing::get};
use gingersnap::keystore::FileKeystore;
use gingersnap::{Session, SessionData, SessionLayer};
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Deserialize, Serialize, SessionData)]
#[session(tag = "visits", version = 1)]
struct Visits {
    count: u32,
}

async fn index(mut visits: Session<Visits>) -> String {
    visits.count += 1;
    format!("Visit number {}\n", visits.count)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let ring = FileKeystore::for_development()?; // for real use `gingersnap keys init` makes one
    let sessions = SessionLayer::builder(ring, "counter example").session::<Visits>("visits").build()?;
    let app = Router::new().route("/", get(index)).layer(sessions);
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}
