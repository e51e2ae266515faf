//! The middleware: between both layers and the routes.

use axum::extract::Request;
use axum::http::{StatusCode, request::Parts};
use axum::middleware::Next;
use axum::response::{Response, Result};
use gingersnap::{Identity, Session, SessionData, SessionError};
use serde::{Deserialize, Serialize};
use tower_sessions::Session as OldSession;
use tower_sessions::session::Error as OldError;

use super::{Cart, OldLogin};

/// The old session that has moved, and whether all of it found room. It is the browser's, whoever is signed in.
#[derive(Clone, Default, Deserialize, Serialize, SessionData)]
#[session(tag = "moved", version = 1)]
pub(crate) struct Moved {
    from: String,
    is_whole: bool,
}

/// Moves an old session with the first response. It is deleted when a request brings what moved, for a response may be lost.
pub(crate) async fn move_in(old: OldSession, request: Request, next: Next) -> Result<Response> {
    if old.id().is_none() {
        return Ok(next.run(request).await);
    }
    let (parts, body) = request.into_parts();
    let who = bring(&old, &parts).await?;
    let response = next.run(Request::from_parts(parts.clone(), body)).await;
    let after = Identity::from_parts(&parts).await?;
    if who.subject().is_some() && who.subject() != after.subject() {
        old.flush().await.map_err(unavailable)?; // logged out, or somebody else now
    }
    Ok(response)
}

/// Brings over what has not come yet; returns who is signed in then.
async fn bring(old: &OldSession, parts: &Parts) -> Result<Identity> {
    let login: Option<OldLogin> = old.get("axum-login.data").await.map_err(unavailable)?;
    let cart: Option<Cart> = old.get("cart").await.map_err(unavailable)?;
    let mut who = Identity::from_parts(parts).await?;
    let mut moved = Session::<Moved>::from_parts(parts).await?;
    let Some(id) = old.id().map(|id| id.to_string()) else { return Ok(who) };
    let (user, has_come) = (login.as_ref().map(|it| it.user_id.to_string()), moved.from == id);
    let is_anothers = user.is_some() && who.subject().is_some() && who.subject() != user.as_deref();
    if is_anothers || (has_come && moved.is_whole) || login.is_some_and(|it| !it.is_current()) {
        old.flush().await.map_err(unavailable)?;
        return Ok(who);
    }
    if let Some(user) = user.as_ref().filter(|_| !has_come && who.subject().is_none()) {
        who.sign_in(user).await?; // first: then the cart is theirs, and is checked beside their sign-in
    }
    let is_whole = match cart {
        Some(cart) if user.is_none() || who.subject() == user.as_deref() => put(cart, parts).await?,
        left => left.is_none(),
    };
    *moved = Moved { from: id, is_whole };
    Ok(who)
}

/// Puts the old cart beside what is here; returns whether that fits.
async fn put(cart: Cart, parts: &Parts) -> Result<bool, SessionError> {
    let mut ours = Session::<Cart>::from_parts(parts).await?;
    let put = ours.try_change(|Cart(lines)| {
        cart.0.into_iter().for_each(|(item, quantity)| *lines.entry(item).or_default() = quantity);
        Ok::<_, SessionError>(())
    });
    Ok(put.is_ok())
}

/// The old store failed, which tower-sessions has logged: nothing moved, and nothing is gone.
pub(super) fn unavailable(_: OldError) -> StatusCode {
    StatusCode::SERVICE_UNAVAILABLE
}
