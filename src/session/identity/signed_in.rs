//! `SignedIn`: for handlers that need somebody who is signed in.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use http::request::Parts;

use super::Identity;
use super::accept::Facts;
use crate::session::SessionError;

/// Somebody who is signed in. Without one, the request gets [`SessionError::NotSignedIn`], 401 unless the application turns it
/// into a redirect.
///
/// `MAX_AUTH_AGE` is for sensitive pages: a person who proved who they are that many seconds ago or more gets
/// [`SessionError::AuthenticationTooOld`]. [`Identity::reauthenticate`] makes that proof new.
///
/// ```
/// use gingersnap::SignedIn;
///
/// async fn orders(who: SignedIn) -> String {
///     format!("the orders of {}", who.subject())
/// }
///
/// async fn change_address(who: SignedIn<600>) -> String {
///     format!("{} logged in within ten minutes", who.subject())
/// }
/// ```
pub struct SignedIn<const MAX_AUTH_AGE: u64 = { u64::MAX }> {
    facts: Arc<Facts>,
    identity: Identity,
}

impl<const MAX_AUTH_AGE: u64> SignedIn<MAX_AUTH_AGE> {
    /// The person signed in, as the extractor finds them.
    ///
    /// # Errors
    /// [`SessionError::NotSignedIn`], [`AuthenticationTooOld`](SessionError::AuthenticationTooOld);
    /// [`Unsettled`](SessionError::Unsettled) if the cookie may be accepted later or elsewhere; and those of
    /// [`Identity::from_parts`].
    pub async fn from_parts(parts: &Parts) -> Result<Self, SessionError> {
        let identity = Identity::from_parts(parts).await?;
        let Some(facts) = identity.facts() else {
            let refused = identity.refused().filter(|it| it.is_unsettled());
            return Err(refused.map_or(SessionError::NotSignedIn, SessionError::Unsettled));
        };
        if identity.authenticated_within(MAX_AUTH_AGE) {
            Ok(Self { facts, identity })
        } else {
            Err(SessionError::AuthenticationTooOld)
        }
    }

    /// The subject that is signed in, as the application named it.
    pub fn subject(&self) -> &str {
        &self.facts.subject
    }
}

impl<const MAX_AUTH_AGE: u64> Deref for SignedIn<MAX_AUTH_AGE> {
    type Target = Identity;

    fn deref(&self) -> &Identity {
        &self.identity
    }
}

impl<const MAX_AUTH_AGE: u64> DerefMut for SignedIn<MAX_AUTH_AGE> {
    fn deref_mut(&mut self) -> &mut Identity {
        &mut self.identity
    }
}

impl<const MAX_AUTH_AGE: u64> fmt::Debug for SignedIn<MAX_AUTH_AGE> {
    /// Never shows the subject.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn").finish_non_exhaustive()
    }
}
