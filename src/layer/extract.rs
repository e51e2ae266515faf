//! Extractors for axum.

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;

use super::commit::{describe, mark_private};
use crate::session::{Flash, Identity, Session, SessionData, SessionError, View};

impl<T: SessionData, S: Sync> FromRequestParts<S> for Session<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::from_parts(parts)
    }
}

impl<T: SessionData, S: Sync> FromRequestParts<S> for View<T> {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::from_parts(parts)
    }
}

impl<S: Sync> FromRequestParts<S> for Identity {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::from_parts(parts)
    }
}

impl<S: Sync> FromRequestParts<S> for Flash {
    type Rejection = SessionError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, SessionError> {
        Self::from_parts(parts)
    }
}

impl IntoResponse for SessionError {
    /// An empty response with the error's status; the error itself is in its extensions.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        mark_private(response.headers_mut(), true);
        describe(self, &mut response);
        response
    }
}
