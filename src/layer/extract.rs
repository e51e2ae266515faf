//! Extractors for axum.

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;

use super::carry_out::{describe, mark_private};
use super::events::misused;
use crate::session::{Flash, Identity, Passive, Session, SessionData, SessionError, SignedIn, View};

impl<T: SessionData, S: Sync> FromRequestParts<S> for Session<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::from_parts(parts).await
    }
}

impl<T: SessionData, S: Sync> FromRequestParts<S> for View<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::from_parts(parts).await
    }
}

impl<S: Sync> FromRequestParts<S> for Identity {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::from_parts(parts).await
    }
}

impl<S: Sync> FromRequestParts<S> for Flash {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::from_parts(parts).await
    }
}

impl<S: Sync> FromRequestParts<S> for Passive {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::from_parts(parts).await
    }
}

impl<S: Sync, const MAX_AUTH_AGE: u64> FromRequestParts<S> for SignedIn<MAX_AUTH_AGE> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::from_parts(parts).await
    }
}

/// `None` if nobody is signed in, or if the person last proved too long ago who they are; other errors stay errors.
impl<S: Sync, const MAX_AUTH_AGE: u64> OptionalFromRequestParts<S> for SignedIn<MAX_AUTH_AGE> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, SessionError> {
        match Self::from_parts(parts).await {
            Ok(who) => Ok(Some(who)),
            Err(SessionError::NotSignedIn | SessionError::AuthenticationTooOld) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// `None` if there is no session of this type: the request brought none that could be accepted, and nothing has been put into it
/// since.
impl<T: SessionData, S: Sync> OptionalFromRequestParts<S> for Session<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, SessionError> {
        Self::from_parts(parts).await.map(|session| session.exists().then_some(session))
    }
}

/// `None` if there is no session of this type: the request brought none that could be accepted, and nothing has been put into it
/// since.
impl<T: SessionData, S: Sync> OptionalFromRequestParts<S> for View<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, SessionError> {
        Self::from_parts(parts).await.map(|view| view.exists().then_some(view))
    }
}

impl IntoResponse for SessionError {
    /// A response with the error's status; the error itself is in its extensions. The body is empty. If the program itself is at
    /// fault, there is an event too, and in a debug build the body is the error's text.
    fn into_response(self) -> Response {
        let is_misuse = self.is_misuse();
        if is_misuse {
            misused(&self.event_text());
        }
        let text = if is_misuse && cfg!(debug_assertions) { format!("{self}\n") } else { String::new() };
        let mut response = (self.status(), text).into_response();
        mark_private(response.headers_mut(), true);
        describe(self, &mut response);
        response
    }
}
