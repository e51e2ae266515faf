//! The token endpoint's answer, and what of it is checked.

use std::sync::Arc;

use axum::http::StatusCode;
use base64_simd::URL_SAFE_NO_PAD as BASE64;
use gingersnap::Timestamp;
use serde::Deserialize;

/// The application as the provider knows it.
#[derive(Clone)]
pub(crate) struct Client {
    /// Where people reach this application.
    pub(crate) site: Arc<str>,
    pub(crate) id: Arc<str>,
    pub(crate) secret: Arc<str>,
    pub(crate) issuer: Arc<str>,
    /// The provider's endpoints, by https.
    pub(crate) authorize: Arc<str>,
    pub(crate) token: Arc<str>,
    pub(crate) http: reqwest::Client,
}

/// A code, and what its token must belong to.
pub(crate) struct Question<'a> {
    pub(crate) code: &'a str,
    pub(crate) verifier: &'a str,
    pub(crate) nonce: &'a str,
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    nonce: String,
    exp: u64,
}

impl Client {
    pub(crate) fn callback(&self) -> String {
        format!("{}/oauth/callback", self.site)
    }

    pub(crate) fn finish(&self) -> String {
        format!("{}/oauth/finish", self.site)
    }

    /// Redeems a code, and returns who signed in at the provider.
    pub(crate) async fn subject(&self, it: Question<'_>, now: Timestamp) -> Result<String, StatusCode> {
        let tokens = self.tokens(&it).await.map_err(|_| StatusCode::BAD_GATEWAY)?;
        let claims = claims(&tokens.id_token).ok_or(StatusCode::BAD_GATEWAY)?;
        let is_for_us = claims.iss == *self.issuer && claims.aud == *self.id;
        let is_answer = claims.nonce == it.nonce && now.unix() < claims.exp;
        if is_for_us && is_answer { Ok(claims.sub) } else { Err(StatusCode::BAD_REQUEST) }
    }

    async fn tokens(&self, it: &Question<'_>) -> Result<Tokens, reqwest::Error> {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", it.code),
            ("code_verifier", it.verifier),
            ("redirect_uri", &self.callback()),
            ("client_id", &self.id),
            ("client_secret", &self.secret),
        ];
        self.http.post(&*self.token).form(&form).send().await?.error_for_status()?.json().await
    }
}

/// The claims of an ID token that came from the provider itself: there TLS stands for the signature (OpenID Connect Core, 3.1.3.7).
fn claims(id_token: &str) -> Option<Claims> {
    let payload = id_token.split('.').nth(1)?;
    serde_json::from_slice(&BASE64.decode_to_vec(payload).ok()?).ok()
}
