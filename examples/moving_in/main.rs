//! Moving in from tower-sessions: nobody loses their cart or their login. Both layers stand for as long as the longest old session.
//!
//! ```text
//! cargo run --example moving_in
//! curl -b jar -c jar -X POST http://127.0.0.1:3000/before    # as it was: a cart, and axum-login's login of user 7
//! curl -b jar -c jar http://127.0.0.1:3000/                  # moved: user 7, 2 x tea
//! curl -b jar -c jar http://127.0.0.1:3000/                  # our cookies came back, so that the old session goes
//! ```

mod move_in;

use std::collections::BTreeMap;
use std::error::Error;

use axum::routing::{get, post};
use axum::{Router, http::StatusCode, middleware::from_fn};
use gingersnap::{BuildError, Identity, SessionData, SessionLayer, View};
use gingersnap::{keyring::Keyring, keystore::FileKeystore};
use serde::{Deserialize, Serialize};
use tower_sessions::{MemoryStore, Session as OldSession, SessionManagerLayer, SessionStore};

use self::move_in::{Moved, move_in, unavailable};

#[derive(Clone, Default, Deserialize, Serialize, SessionData)]
#[session(tag = "cart", version = 1)]
pub(crate) struct Cart(pub(crate) BTreeMap<String, u32>);

/// What axum-login keeps in a session.
#[derive(Deserialize, Serialize)]
pub(crate) struct OldLogin {
    pub(crate) user_id: i64,
    pub(crate) auth_hash: Vec<u8>,
}

impl OldLogin {
    /// False if the user is gone or has another password since: axum-login asks that with each request.
    fn is_current(&self) -> bool {
        USERS.contains(&(self.user_id, &self.auth_hash))
    }
}

async fn index(who: Identity, cart: View<Cart>) -> String {
    let lines = cart.0.iter().map(|(item, quantity)| format!(", {quantity} x {item}"));
    format!("user {}{}\n", who.subject().unwrap_or("unknown"), lines.collect::<String>())
}

pub(crate) fn app(
    routes: Router,
    ring: Keyring,
    old: SessionManagerLayer<impl SessionStore + Clone>,
) -> Result<Router, BuildError> {
    let sessions = SessionLayer::builder(ring, "moving in")
        .session::<Cart>("cart")
        .browser_session::<Moved>("moved")
        .lasting(14 * 24 * 60 * 60) // the longest old session
        .build()?;
    let logout = async |mut who: Identity| who.sign_out().await;
    let routes = routes.route("/", get(index)).route("/logout", post(logout));
    Ok(routes.layer(from_fn(move_in)).layer(sessions).layer(old))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let old = SessionManagerLayer::new(MemoryStore::default());
    let before = Router::new().route("/before", post(before)).layer(old.clone());
    let app = app(Router::new(), FileKeystore::for_development()?, old)?.merge(before);
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}

/// Stands for the application as it was.
async fn before(old: OldSession) -> Result<(), StatusCode> {
    let login = OldLogin { user_id: 7, auth_hash: b"7's hash".to_vec() };
    old.insert("axum-login.data", login).await.map_err(unavailable)?;
    old.insert("cart", Cart(BTreeMap::from([("tea".to_owned(), 2)]))).await.map_err(unavailable)
}

const USERS: &[(i64, &[u8])] = &[(7, b"7's hash"), (8, b"8's hash")];
