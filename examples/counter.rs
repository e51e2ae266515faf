//! Counts visits, in a session that lives in the browser's cookie alone.
//!
//! ```text
//! cargo run --example counter
//! curl -b jar -c jar http://127.0.0.1:3000/     # once more: the number grows
//! ```
//! curl sends `Secure` cookies to 127.0.0.1; a browser that does not needs `CookieSettings::insecure_http()`.

use std::error::Error;

use axum::Router;
use axum::routing::get;
use gingersnap::keyring::Keyring;
use gingersnap::token::Suite;
use gingersnap::{Clock as _, Entropy as _, OsEntropy, Session, SessionData, SessionLayer, SystemClock};
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

/// In memory: every restart signs everybody out. For real use `gingersnap keys init` and a `FileKeystore`.
fn keyring() -> Result<Keyring, Box<dyn Error>> {
    let mut random = |bytes: &mut [u8]| OsEntropy.fill(bytes);
    Ok(Keyring::init(Suite::default(), 24 * 60 * 60, SystemClock.now(), &mut random)?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sessions =
        SessionLayer::builder(keyring()?, "counter example").session::<Visits>("visits").build()?;
    let app = Router::new().route("/", get(index)).layer(sessions);
    #[expect(clippy::disallowed_methods, reason = "the port may be given")]
    let port = std::env::var("PORT").map_or(Ok(3000), |port| port.parse::<u16>())?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    Ok(axum::serve(listener, app).await?)
}
