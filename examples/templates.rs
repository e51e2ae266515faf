//! Pages from templates: a login form, messages that are shown once, and a guard against forms of other sites.
//!
//! `cargo run --example templates`, then http://127.0.0.1:3000/ in a browser. A form of another site is refused:
//!
//! ```text
//! curl -i -H 'Origin: https://evil.example' -d email=ann@example.org http://127.0.0.1:3000/login    # 403
//! ```

use std::error::Error;

use askama::Template;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router, http::StatusCode};
use gingersnap::{Flash, Identity, Level, Map, Message, OriginGuard, SessionError, SessionLayer};
use gingersnap::{keyring::Keyring, keystore::FileKeystore};
use serde::Deserialize;

#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<!doctype html>
<title>Templates</title>
{% for message in messages %}<p class="{{ message.level.name() }}">{{ message.text }}</p>
{% endfor %}
{% if let Some(email) = email %}
<form method="post" action="/logout">{{ email }} <button>Log out</button></form>
{% else %}
<form method="post" action="/login"><input name="email" required> <button>Log in</button></form>
{% endif %}"#
)]
struct Page<'a> {
    messages: Vec<Message>,
    email: Option<&'a str>,
}

async fn index(who: Identity, mut flash: Flash) -> Response {
    let page = Page { messages: flash.messages(), email: who.subject() };
    match page.render() {
        Ok(page) => Html(page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[derive(Deserialize)]
struct Login {
    email: String,
}

/// A real application asks for proof. A message belongs to who is signed in when it is pushed: greet after the sign-in.
async fn login(mut who: Identity, mut flash: Flash, Form(it): Form<Login>) -> Result<Redirect, SessionError> {
    if it.email.contains('@') {
        who.sign_in(&it.email).await?;
        flash.push(Level::Success, format!("Welcome, {}.", it.email));
    } else {
        flash.push(Level::Error, format!("{} is no email address.", it.email));
    }
    Ok(Redirect::to("/"))
}

/// And say goodbye after the sign-out.
async fn logout(mut who: Identity, mut flash: Flash) -> Result<Redirect, SessionError> {
    who.sign_out().await?;
    flash.push(Level::Info, "See you soon.");
    Ok(Redirect::to("/"))
}

pub(crate) fn app(ring: Keyring) -> Result<Router, Box<dyn Error>> {
    let sessions = SessionLayer::builder(ring, "templates example").session::<Map>("session").build()?;
    let routes = Router::new().route("/", get(index)).route("/login", post(login));
    Ok(routes.route("/logout", post(logout)).layer(sessions).layer(OriginGuard::https()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, app(FileKeystore::for_development()?)?).await?)
}
