//! The application of docs/FROM_TOWER_SESSIONS.md: a counter, and orders that only people who are signed in may see.
//!
//! ```text
//! cargo run --example from_tower_sessions
//! curl -b jar -c jar -d email=ann@example.org http://127.0.0.1:3000/login
//! curl -b jar -c jar http://127.0.0.1:3000/orders
//! curl -b jar -c jar -X POST http://127.0.0.1:3000/logout    # then /orders redirects to /login
//! ```

use std::error::Error;

use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use gingersnap::{Identity, Policy, Session, SessionData, SessionError, SessionLayer, SignedIn};
use gingersnap::{keyring::Keyring, keystore::FileKeystore};
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Deserialize, Serialize, SessionData)]
#[session(tag = "visits", version = 1)]
struct Visits {
    count: u32,
}

#[derive(Deserialize)]
struct Login {
    email: String,
}

async fn index(mut visits: Session<Visits>) -> String {
    visits.count += 1;
    format!("Visit number {}\n", visits.count)
}

async fn login(mut who: Identity, Form(it): Form<Login>) -> Result<Redirect, SessionError> {
    who.sign_in(it.email).await?; // after a proof of who it is
    Ok(Redirect::to("/orders"))
}

async fn orders(who: SignedIn) -> String {
    format!("The orders of {}\n", who.subject())
}

async fn logout(mut who: Identity) -> Result<Redirect, SessionError> {
    who.sign_out().await?;
    Ok(Redirect::to("/"))
}

/// All errors of sessions pass here. What the response sets is kept.
async fn shape(response: Response) -> Response {
    match response.extensions().get() {
        Some(SessionError::NotSignedIn) => {
            (response.headers().clone(), Redirect::to("/login")).into_response()
        }
        _ => response,
    }
}

pub(crate) fn app(ring: Keyring) -> Result<Router, Box<dyn Error>> {
    let sessions = SessionLayer::builder(ring, "from tower-sessions")
        .session::<Visits>("visits")
        .policy(Policy::standard().idle_timeout(Some(30 * 60)))
        .build()?;
    let form = Html("<form method=post><input name=email required> <button>Log in</button></form>\n");
    Ok(Router::new()
        .route("/", get(index))
        .route("/orders", get(orders))
        .route("/login", get(form).post(login))
        .route("/logout", post(logout))
        .layer(sessions)
        .layer(map_response(shape)))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = app(FileKeystore::for_development()?)?; // for real use `gingersnap keys init` makes a ring
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}
