//! The lesson of docs/FROM_FLASK.md: a visit counter, a cart, logging in by email, messages.
//!
//! ```text
//! cargo run --example from_flask
//! curl -b jar -c jar http://127.0.0.1:3000/                                  # again: the number grows
//! curl -b jar -c jar -d item=gingersnap http://127.0.0.1:3000/cart
//! curl -b jar -c jar -d email=ann@example.org http://127.0.0.1:3000/login
//! curl -b jar -c jar http://127.0.0.1:3000/cart                              # the button posts to /logout
//! ```

use std::collections::BTreeMap;
use std::error::Error;

use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};
use gingersnap::{Flash, Identity, Level, Policy, Session, SessionData, SessionError, SessionLayer, View};
use gingersnap::{keyring::Keyring, keystore::FileKeystore};
use serde::{Deserialize, Serialize};

#[derive(Clone, Default, Deserialize, Serialize, SessionData)]
#[session(tag = "visits", version = 1)]
struct Visits {
    count: u32,
}

#[derive(Clone, Default, Deserialize, Serialize)]
struct Cart {
    lines: BTreeMap<String, u32>,
}

impl SessionData for Cart {
    const TAG: &'static str = "cart";
    const VERSION: u16 = 1;

    fn merge(_: &Self, hers: &Self, guests: &Self) -> Option<Self> {
        let mut cart = hers.clone();
        for (item, qty) in &guests.lines {
            let line = cart.lines.entry(item.clone()).or_default();
            *line = (*line).max(*qty); // merged twice is merged once
        }
        Some(cart)
    }
}

async fn index(mut visits: Session<Visits>) -> String {
    visits.count += 1;
    format!("Visit number {}\n", visits.count)
}

async fn forget(visits: Session<Visits>) -> Redirect {
    visits.destroy();
    Redirect::to("/")
}

#[derive(Deserialize)]
struct Line {
    item: String,
}

async fn add(mut cart: Session<Cart>, mut flash: Flash, Form(line): Form<Line>) -> Redirect {
    let added = cart.try_change(|cart| {
        *cart.lines.entry(line.item).or_default() += 1;
        Ok::<_, ()>(())
    });
    match added {
        Ok(()) => flash.push(Level::Success, "Added."),
        Err(_) => flash.push(Level::Error, "Your cart is full."),
    }
    Redirect::to("/cart")
}

#[derive(Deserialize)]
struct Login {
    email: String,
    remember: Option<String>,
}

/// A real application asks for proof before it signs anybody in.
async fn login(mut who: Identity, Form(it): Form<Login>) -> Result<Redirect, SessionError> {
    match it.remember {
        Some(_) => who.sign_in_and_remember(it.email, 30 * DAY).await?,
        None => who.sign_in(it.email).await?,
    };
    Ok(Redirect::to("/cart"))
}

async fn logout(mut who: Identity) -> Result<Redirect, SessionError> {
    who.sign_out().await?;
    Ok(Redirect::to("/cart"))
}

async fn cart(cart: View<Cart>, who: Identity, mut flash: Flash) -> Html<String> {
    let mut page = String::new();
    for message in flash.messages() {
        page += &format!("<p class={}>{}\n", message.level.name(), escape(&message.text));
    }
    for (item, qty) in &cart.lines {
        page += &format!("<li>{qty} x {}\n", escape(item));
    }
    page += &match who.subject() {
        Some(email) => format!("<form method=post action=/logout>{} {LOG_OUT}", escape(email)),
        None => LOG_IN.into(),
    };
    Html(page)
}

pub(crate) fn app(ring: Keyring) -> Result<Router, Box<dyn Error>> {
    let sessions = SessionLayer::builder(ring, "flask lesson")
        .session::<Visits>("visits")
        .session::<Cart>("cart")
        .policy(Policy::standard().remember_for(30 * DAY))
        .build()?;
    Ok(Router::new()
        .route("/", get(index))
        .route("/forget", post(forget))
        .route("/cart", get(cart).post(add))
        .route("/login", post(login))
        .route("/logout", post(logout))
        .layer(sessions))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let app = app(FileKeystore::for_development()?)?; // for real use `gingersnap keys init` makes a ring
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}

const DAY: u64 = 24 * 60 * 60;
const LOG_OUT: &str = "<button>Log out</button></form>\n";
const LOG_IN: &str =
    "<form method=post action=/login><input name=email required> <button>Log in</button></form>\n";
