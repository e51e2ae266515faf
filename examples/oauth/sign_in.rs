//! The part of an application: three routes around one short-lived session.

use axum::extract::{Form, Query, State};
use axum::http::StatusCode;
use axum::response::{Redirect, Result};
use base64_simd::URL_SAFE_NO_PAD as BASE64;
use gingersnap::{Clock as _, Entropy as _, Identity, OsEntropy, Session, SessionData, SystemClock};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::tokens::{Client, Question};

/// The sign-in that this browser has begun. It is good for one answer, within ten minutes.
#[derive(Clone, Default, Deserialize, Serialize, SessionData)]
#[session(tag = "begun", version = 1)]
pub(crate) struct Begun {
    state: String,
    nonce: String,
    verifier: String,
}

/// GET /login
pub(crate) async fn login(State(client): State<Client>, mut begun: Session<Begun>) -> Result<Redirect> {
    *begun = Begun { state: random()?, nonce: random()?, verifier: random()? };
    let challenge = BASE64.encode_to_string(Sha256::digest(&begun.verifier));
    let query = [
        ("response_type", "code"),
        ("response_mode", "form_post"),
        ("scope", "openid"),
        ("client_id", &client.id),
        ("redirect_uri", &client.callback()),
        ("state", &begun.state),
        ("nonce", &begun.nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    Ok(redirect(&client.authorize, &query)?)
}

#[derive(Deserialize)]
pub(crate) struct Answer {
    state: String,
    #[serde(default)]
    code: String, // none where the provider refused
}

/// POST /oauth/callback, from the provider's page. Lax cookies do not come along; they do with the GET that this leads to,
/// where all is decided. Strict ones come with neither: for them answer with a page of ours that has a button.
pub(crate) async fn callback(State(client): State<Client>, Form(it): Form<Answer>) -> Result<Redirect> {
    Ok(redirect(&client.finish(), &[("state", &it.state), ("code", &it.code)])?)
}

/// GET /oauth/finish
pub(crate) async fn finish(
    State(client): State<Client>,
    begun: Session<Begun>,
    mut who: Identity,
    Query(answer): Query<Answer>,
) -> Result<Redirect> {
    let (is_begun, Begun { state, nonce, verifier }) = (!begun.is_new(), begun.clone());
    begun.destroy();
    if !is_begun || state != answer.state || answer.code.is_empty() {
        return Err(StatusCode::BAD_REQUEST.into()); // another browser began it, or nobody
    }
    let question = Question { code: &answer.code, verifier: &verifier, nonce: &nonce };
    who.sign_in(client.subject(question, SystemClock.now()).await?).await?; // a guest's session is theirs now
    Ok(Redirect::to("/"))
}

fn redirect(to: &str, query: &[(&str, &str)]) -> Result<Redirect, StatusCode> {
    let url = Url::parse_with_params(to, query).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    Ok(Redirect::to(url.as_str()))
}

fn random() -> Result<String, StatusCode> {
    let mut bytes = [0; 32];
    OsEntropy.fill(&mut bytes).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    Ok(BASE64.encode_to_string(bytes))
}
