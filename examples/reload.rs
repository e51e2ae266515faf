//! A ring that changes while requests run: a rotation loses nobody's session, an emergency ends them all, nothing is started anew.
//!
//! ```text
//! gingersnap keys init --plaintext --keys keys.json
//! cargo run --example reload --features reload
//! curl -b jar -c jar http://127.0.0.1:3000/     # Visit number 1, by generation 1 of the ring
//! gingersnap keys rotate --keys keys.json       # a second later the page says generation 2, and goes on counting
//! gingersnap keys rollout --keys keys.json      # which node has which generation
//! ```

use std::error::Error;

use axum::{Router, extract::State, routing::get};
use gingersnap::keyring::LiveKeyring;
use gingersnap::keystore::FileKeystore;
use gingersnap::{Map, Reloader, Session, SessionLayer};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

async fn count(State(ring): State<LiveKeyring>, mut session: Session) -> String {
    let visits = session.get::<u32>("visits").unwrap_or(0) + 1;
    session.insert("visits", visits);
    format!("Visit number {visits}, by generation {} of the ring\n", ring.get().generation())
}

fn app(ring: LiveKeyring) -> Result<Router, Box<dyn Error>> {
    let sessions = SessionLayer::builder(ring.clone(), "reload example").session::<Map>("session").build()?;
    Ok(Router::new().route("/", get(count)).with_state(ring).layer(sessions))
}

/// Serves until `stop` ends, and follows the ring until the last request is answered.
pub(crate) async fn serve(
    listener: TcpListener,
    ring: FileKeystore, // or `keystore::open("postgres://…")?`
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Box<dyn Error>> {
    let reloader = Reloader::start(ring).await?.node("web-1".parse()?);
    let app = app(reloader.keyring())?;
    let (done, served) = oneshot::channel::<()>();
    let following = tokio::spawn(reloader.run(async { drop(served.await) }));
    let served = axum::serve(listener, app).with_graceful_shutdown(stop).await;
    drop(done);
    following.await?; // says that this node has stopped
    Ok(served?)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    serve(TcpListener::bind("127.0.0.1:3000").await?, FileKeystore::new("keys.json"), stop).await
}
