//! The program of the README.
//!
//! ```text
//! cargo run --example readme
//! curl -b jar -c jar -d 'item=tea&qty=2' http://127.0.0.1:3000/add && curl -b jar http://127.0.0.1:3000/
//! ```

use axum::{
    Form, Router,
    response::Redirect,
    routing::{get, post},
};
use gingersnap::keystore::FileKeystore;
use gingersnap::{
    Flash, Identity, Level, OriginGuard, Session, SessionData, SessionError, SessionLayer, SignedIn,
};

#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Line {
    item: String,
    qty: u32,
}
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
struct Cart {
    lines: Vec<Line>,
}
impl SessionData for Cart {
    const TAG: &'static str = "cart"; // bound into each token
    const VERSION: u16 = 1; // a new one with every change of the struct
}

async fn show(cart: Session<Cart>, who: Identity) -> String {
    format!("{} lines, signed in: {:?}\n", cart.lines.len(), who.subject())
}

async fn add(mut cart: Session<Cart>, mut flash: Flash, Form(line): Form<Line>) -> Redirect {
    // All or nothing, size included.
    let added = cart.try_change(|cart| {
        cart.lines.push(line);
        Ok::<_, ()>(())
    });
    match added {
        Ok(()) => flash.push(Level::Success, "Added."), // flash.messages() on the next page
        Err(_) => flash.push(Level::Error, "That cannot be added to your cart now."),
    }
    Redirect::to("/")
}

async fn order(cart: Session<Cart>, who: SignedIn) -> String {
    // 401 for anybody else
    format!("{} lines for {}\n", cart.lines.len(), who.subject())
}

async fn login(mut who: Identity) -> Result<Redirect, SessionError> {
    who.sign_in("ada@example.com").await?; // after you have checked who it is; a guest's cart is hers now
    Ok(Redirect::to("/"))
}

pub(crate) fn app() -> Result<Router, Box<dyn std::error::Error>> {
    let ring = FileKeystore::for_development()?; // later: FileKeystore::new("keys.json").load()?
    let sessions = SessionLayer::builder(ring, "shop development").session::<Cart>("session").build()?;
    let routes = Router::new().route("/", get(show)).route("/add", post(add)).route("/login", post(login));
    Ok(routes.route("/order", post(order)).layer(sessions).layer(OriginGuard::https()))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    Ok(axum::serve(listener, app()?).await?)
}
