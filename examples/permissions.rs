//! Permissions: a handler, or all routes of a router, name what somebody needs, and an extractor asks.
//!
//! ```text
//! cargo run --example permissions
//! curl -i http://127.0.0.1:3000/drafts                                  # 401
//! curl -b jar -c jar -d email=ann@example.org http://127.0.0.1:3000/login
//! curl -b jar -c jar http://127.0.0.1:3000/drafts                       # Ann may write,
//! curl -i -b jar -c jar -X POST http://127.0.0.1:3000/admin/publish     # 403: and not publish
//! ```

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::{StatusCode, request::Parts};
use axum::middleware::from_extractor_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use gingersnap::keystore::FileKeystore;
use gingersnap::{Identity, Map, SessionError, SessionLayer, SignedIn, keyring::Keyring};
use serde::Deserialize;

const WRITE: u32 = 1;
const PUBLISH: u32 = 2;

/// Permissions by email; yours are in a database. They are not in the session, which would keep what is withdrawn.
#[derive(Clone)]
pub(crate) struct Users(pub(crate) Arc<HashMap<&'static str, u32>>);

/// Somebody who has all of these permissions: 401 for nobody, 403 for anybody else.
struct Require<const PERMISSIONS: u32>(SignedIn);

impl<const PERMISSIONS: u32> FromRequestParts<Users> for Require<PERMISSIONS> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, users: &Users) -> Result<Self, Response> {
        let who = <SignedIn>::from_parts(parts).await.map_err(IntoResponse::into_response)?;
        match users.0.get(who.subject()) {
            Some(has) if has & PERMISSIONS == PERMISSIONS => Ok(Self(who)),
            _ => Err(StatusCode::FORBIDDEN.into_response()),
        }
    }
}

async fn drafts(Require(who): Require<WRITE>) -> String {
    format!("The drafts of {}\n", who.subject())
}

async fn publish(Require(who): Require<{ WRITE | PUBLISH }>) -> String {
    format!("Published by {}\n", who.subject())
}

#[derive(Deserialize)]
struct Login {
    email: String,
}

async fn login(mut who: Identity, Form(it): Form<Login>) -> Result<(), SessionError> {
    who.sign_in(it.email).await.map(drop) // after a proof of who it is
}

pub(crate) fn app(ring: Keyring, users: Users) -> Result<Router, Box<dyn Error>> {
    let sessions = SessionLayer::builder(ring, "permissions example").session::<Map>("session").build()?;
    let admin = Router::new().route("/publish", post(publish)).route("/", get("Everything is in order.\n"));
    let admin = admin.layer(from_extractor_with_state::<Require<PUBLISH>, _>(users.clone()));
    let routes = Router::new().route("/drafts", get(drafts)).route("/login", post(login));
    Ok(routes.nest("/admin", admin).with_state(users).layer(sessions))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let users = HashMap::from([("ann@example.org", WRITE), ("bob@example.org", WRITE | PUBLISH)]);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    let app = app(FileKeystore::for_development()?, Users(Arc::new(users)))?;
    Ok(axum::serve(listener, app).await?)
}
