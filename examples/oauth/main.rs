//! Signing in with OpenID Connect: the authorization code flow with `state`, PKCE and `nonce`, and `response_mode=form_post`.
//!
//! `cargo run --example oauth`, then http://127.0.0.1:3000/ in a browser. A little provider stands at http://localhost:4000,
//! which is another site: watch the requests, and which of them bring `__Host-begun`.

pub(crate) mod provider;
mod sign_in;
mod tokens;

use std::error::Error;

use axum::Router;
use axum::response::Html;
use axum::routing::{get, post};
use gingersnap::keystore::FileKeystore;
use gingersnap::{Identity, OriginGuard, SessionLayer, SessionLayerBuilder};
use tokio::net::TcpListener;

use self::provider::{ISSUER, SECRET, provider};
use self::sign_in::{Begun, callback, finish, login};
use self::tokens::Client;

async fn index(who: Identity) -> Html<String> {
    Html(match who.subject() {
        Some(subject) => {
            format!("{subject} <form method=post action=/logout><button>Log out</button></form>\n")
        }
        None => "<a href=/login>Log in</a>\n".into(),
    })
}

pub(crate) fn app(sessions: SessionLayerBuilder, client: Client) -> Result<Router, Box<dyn Error>> {
    let sessions = sessions.browser_session::<Begun>("begun").lasting(600).build()?;
    let routes = Router::new()
        .route("/", get(index))
        .route("/login", get(login))
        .route("/oauth/callback", post(callback))
        .route("/oauth/finish", get(finish))
        .route("/logout", post(async |mut who: Identity| who.sign_out().await));
    let guard = OriginGuard::https().exempt("/oauth/callback")?;
    Ok(routes.with_state(client).layer(sessions).layer(guard))
}

/// The application at `site`, of a provider at `provider`.
pub(crate) fn client(site: &str, provider: &str) -> Client {
    Client {
        site: site.into(),
        id: "shop".into(),
        secret: SECRET.into(),
        issuer: ISSUER.into(),
        authorize: format!("{provider}/authorize").into(),
        token: format!("{provider}/token").into(),
        http: reqwest::Client::new(),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sessions = SessionLayer::builder(FileKeystore::for_development()?, "oauth example");
    let app = app(sessions, client("http://127.0.0.1:3000", ISSUER))?;
    let listener = TcpListener::bind("127.0.0.1:4000").await?;
    tokio::spawn(async { axum::serve(listener, provider()).await });
    Ok(axum::serve(TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}
