//! A JSON API and a page that calls it: every error of a session is JSON as well.
//!
//! `cargo run --example json_api`, then http://127.0.0.1:3000/ in a browser, or
//!
//! ```text
//! curl http://127.0.0.1:3000/api/notes                     # 401 {"error":"not_signed_in"}
//! curl -c jar --json '{"email":"ann@example.org"}' http://127.0.0.1:3000/api/login
//! curl -b jar http://127.0.0.1:3000/api/notes              # []
//! ```

use std::error::Error;

use axum::http::{StatusCode, header};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use gingersnap::store::{MemoryStore, Store};
use gingersnap::{BuildError, Identity, OriginGuard, Place, View};
use gingersnap::{Session, SessionData, SessionError, SessionLayer, SignedIn};
use gingersnap::{keyring::Keyring, keystore::FileKeystore};
use serde::{Deserialize, Serialize};
use serde_json::json;

#[derive(Clone, Default, Deserialize, Serialize, SessionData)]
#[session(tag = "notes", version = 1)]
struct Notes(Vec<String>);

async fn notes(_: SignedIn, notes: View<Notes>) -> Json<Vec<String>> {
    Json(notes.0.clone())
}

async fn add(_: SignedIn, mut notes: Session<Notes>, Json(note): Json<String>) {
    notes.0.push(note);
}

#[derive(Deserialize)]
struct Login {
    email: String,
}

async fn login(mut who: Identity, Json(it): Json<Login>) -> Result<(), SessionError> {
    who.sign_in(it.email).await.map(drop) // after a proof of who it is
}

/// Refusals, errors of handlers, and sessions that could not be sent all pass here. Their cookies and `Retry-After` stay.
async fn as_json(response: Response) -> Response {
    let Some(error) = response.extensions().get::<SessionError>() else { return response };
    let (status, code) = match error {
        SessionError::NotSignedIn => (StatusCode::UNAUTHORIZED, "not_signed_in"),
        SessionError::Conflict => (StatusCode::CONFLICT, "changed_meanwhile"),
        SessionError::DoesNotFit(_) => (StatusCode::INSUFFICIENT_STORAGE, "too_large"),
        error if error.status() == StatusCode::SERVICE_UNAVAILABLE => (error.status(), "try_again"),
        error => (error.status(), "failed"),
    };
    let mut headers = response.headers().clone();
    headers.remove(header::CONTENT_TYPE);
    (status, headers, Json(json!({ "error": code }))).into_response()
}

pub(crate) fn app(ring: Keyring, store: impl Store) -> Result<Router, BuildError> {
    let sessions = SessionLayer::builder(ring, "json example").session::<Notes>("notes");
    let sessions = sessions.place(Place::Store).store(store).build()?;
    let api = Router::new().route("/notes", get(notes).post(add)).route("/login", post(login));
    let api = api.route("/logout", post(async |mut who: Identity| who.sign_out().await));
    let routes = Router::new().route("/", get(Html(include_str!("page.html")))).nest("/api", api);
    Ok(routes.layer(sessions).layer(OriginGuard::https()).layer(map_response(as_json)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = app(FileKeystore::for_development()?, MemoryStore::new())?; // for more than one process a database
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}
