//! A typed cart: a change that the rules or the cookie's 4,096 octets refuse leaves it as it was.
//!
//! ```text
//! cargo run --example cart
//! curl -b jar -c jar -d 'item=gingersnap&qty=2' http://127.0.0.1:3000/     # again: it grows
//! curl -b jar -c jar -d 'item=x&qty=1000' http://127.0.0.1:3000/           # refused; the cart stays
//! ```

use std::collections::BTreeMap;
use std::error::Error;

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Form, Router};
use gingersnap::keystore::FileKeystore;
use gingersnap::{ChangeError, Session, SessionData, SessionLayer, View};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Deserialize, Serialize, SessionData)]
#[session(tag = "cart", version = 1)]
struct Cart(BTreeMap<String, u16>);

#[derive(Deserialize)]
struct Line {
    item: String,
    qty: u16,
}

async fn add(mut cart: Session<Cart>, Form(line): Form<Line>) -> Result<String, (StatusCode, String)> {
    let added = cart.try_change(|Cart(lines)| {
        let qty = lines.entry(line.item).or_default();
        *qty = qty.checked_add(line.qty).filter(|qty| *qty < 100).ok_or("99 of one thing are enough")?;
        Ok::<_, &str>(())
    });
    match added {
        Ok(()) => Ok(format!("{:?}\n", *cart)),
        Err(ChangeError::Rejected(reason)) => Err((StatusCode::UNPROCESSABLE_ENTITY, format!("{reason}\n"))),
        Err(error) => Err((StatusCode::INSUFFICIENT_STORAGE, format!("{error}\n"))),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let ring = FileKeystore::for_development()?; // for real use `gingersnap keys init` makes one
    let sessions = SessionLayer::builder(ring, "cart example").session::<Cart>("session").build()?;
    let show = get(async |cart: View<Cart>| format!("{:?}\n", *cart));
    let app = Router::new().route("/", show.post(add)).layer(sessions);
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}
