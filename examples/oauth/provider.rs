//! A little provider to try it with, at which everybody is Ann. It is no example of one.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::Html;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64_simd::URL_SAFE_NO_PAD as BASE64;
use gingersnap::{Clock as _, Entropy as _, OsEntropy, SystemClock};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

type Fields = HashMap<String, String>;

/// What was asked, by code.
type Codes = Arc<Mutex<HashMap<String, Fields>>>;

pub(crate) fn provider() -> Router {
    let routes = Router::new().route("/authorize", get(authorize)).route("/token", post(token));
    routes.with_state(Codes::default())
}

/// A page that posts to the application when Ann agrees.
async fn authorize(
    State(codes): State<Codes>,
    Query(asked): Query<Fields>,
) -> Result<Html<String>, StatusCode> {
    let mut bytes = [0; 16];
    OsEntropy.fill(&mut bytes).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let code = BASE64.encode_to_string(bytes);
    let of = |name: &str| asked.get(name).map(|it| it.replace(['"', '<', '&'], "")).unwrap_or_default();
    let page = format!(
        "<!doctype html><form method=post action=\"{}\"><input type=hidden name=state value=\"{}\">\
         <input type=hidden name=code value=\"{code}\"><button>I am Ann</button></form>\n",
        of("redirect_uri"),
        of("state"),
    );
    codes.lock().unwrap_or_else(PoisonError::into_inner).insert(code, asked);
    Ok(Html(page))
}

/// An ID token for a code, once, to who can show what its challenge was made of.
async fn token(State(codes): State<Codes>, Form(form): Form<Fields>) -> Result<Json<Value>, StatusCode> {
    let of = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let asked = codes.lock().unwrap_or_else(PoisonError::into_inner).remove(of("code"));
    let asked = asked.ok_or(StatusCode::BAD_REQUEST)?;
    let challenge = BASE64.encode_to_string(Sha256::digest(of("code_verifier")));
    let is_same = |name| asked.get(name) == form.get(name);
    let is_proven = asked.get("code_challenge") == Some(&challenge) && of("client_secret") == SECRET;
    if !(is_proven && is_same("redirect_uri") && is_same("client_id")) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let exp = SystemClock.now().plus(300).unix();
    let claims = json!({ "iss": ISSUER, "aud": form.get("client_id"), "sub": "ann", "nonce": asked.get("nonce"), "exp": exp });
    let [header, claims] =
        [json!({ "alg": "none" }), claims].map(|it| BASE64.encode_to_string(it.to_string()));
    Ok(Json(json!({ "id_token": format!("{header}.{claims}."), "access_token": "", "token_type": "Bearer" })))
}

pub(crate) const ISSUER: &str = "http://localhost:4000";
pub(crate) const SECRET: &str = "a secret of both";
