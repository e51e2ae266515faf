//! Logging in by email. The note belongs to the person who wrote it: the log-out button takes it along.
//!
//! ```text
//! cargo run --example login
//! curl -b jar -c jar -d email=ann@example.org http://127.0.0.1:3000/login
//! curl -b jar -c jar -d note=hello http://127.0.0.1:3000/note
//! curl -b jar -c jar http://127.0.0.1:3000/     # the log-out button posts to /logout
//! ```

use std::collections::BTreeMap;
use std::error::Error;

use axum::response::{Html, Redirect};
use axum::routing::{get, post};
use axum::{Form, Router};
use gingersnap::keystore::FileKeystore;
use gingersnap::{Identity, Map, Session, SessionLayer, View};
use serde::Deserialize;

#[derive(Deserialize)]
struct Login {
    email: String,
}

async fn index(who: Identity, map: View) -> Html<String> {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let note = escape(&map.get::<String>("note").unwrap_or_default());
    Html(match who.subject() {
        None => "<form method=post action=/login><input name=email> <button>Log in</button></form>\n".into(),
        Some(email) => format!(
            "<p>{}: {note}<form method=post action=/note><input name=note> <button>Keep</button></form>\n\
             <form method=post action=/logout><button>Log out</button></form>\n",
            escape(email)
        ),
    })
}

async fn note(mut map: Session, Form(mut fields): Form<BTreeMap<String, String>>) -> Redirect {
    map.insert("note", fields.remove("note").unwrap_or_default());
    Redirect::to("/")
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let ring = FileKeystore::for_development()?; // for real use `gingersnap keys init` makes one
    let sessions = SessionLayer::builder(ring, "login example").session::<Map>("session").build()?;
    // A real application asks for proof before it signs anybody in.
    let login = async |mut who: Identity, Form(it): Form<Login>| {
        who.sign_in(it.email).await.map(|_| Redirect::to("/"))
    };
    let logout = async |mut who: Identity| who.sign_out().await.map(|()| Redirect::to("/"));
    let app = Router::new().route("/", get(index)).route("/login", post(login)).route("/note", post(note));
    let app = app.route("/logout", post(logout)).layer(sessions);
    Ok(axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?)
}
