//! `Revoker`: ends sign-ins for the application's own reasons.

use core::fmt;
use std::sync::Arc;

use super::entry::cut_off_lifetime;
use super::sign_in::SignIn;
use crate::session::SessionError;
use crate::session::settings::Settings;
use crate::sign_ins::{KnownEnds, SignInKey};
use crate::store::{Applied, Op, SignInRow, Store, apply_unattended};
use crate::token::PersonId;

/// Ends anybody's sign-ins, without a request of theirs: an account was closed, a device was reported stolen.
///
/// [`SessionLayer::revoker`](crate::SessionLayer::revoker) makes one. A sign-in that it ends is dead on this node at once, and on
/// every other within two seconds.
///
/// ```
/// use gingersnap::{SessionError, SessionLayer};
///
/// async fn close_account(sessions: &SessionLayer, email: &str) -> Result<(), SessionError> {
///     sessions.revoker()?.person(email).await
/// }
/// ```
#[derive(Clone)]
pub struct Revoker(Arc<Settings>);

impl Revoker {
    pub(crate) fn of(settings: Arc<Settings>) -> Result<Self, SessionError> {
        if settings.register.is_some() { Ok(Self(settings)) } else { Err(SessionError::NoStore) }
    }

    /// The living sign-ins of a subject, the newest activity first.
    ///
    /// # Errors
    /// [`SessionError::BadSubject`], [`SessionError::StoreUnavailable`].
    pub async fn sign_ins(&self, subject: &str) -> Result<Vec<SignIn>, SessionError> {
        let person = self.0.person(subject)?;
        Ok(SignIn::all(&self.0, self.rows(person).await?, person, None))
    }

    /// Ends one sign-in, with all its renewals; returns whether any of them lived.
    ///
    /// # Errors
    /// [`SessionError::StoreUnavailable`]: it may have ended, and may be ended again.
    pub async fn session(&self, key: &SignInKey) -> Result<bool, SessionError> {
        self.end(Op::EndFirst { first: key.first, person: key.person }).await
    }

    /// Ends all sign-ins of a subject, also those that no list has: a password was changed elsewhere, an account was closed.
    ///
    /// # Errors
    /// [`SessionError::BadSubject`], [`SessionError::StoreUnavailable`].
    pub async fn person(&self, subject: &str) -> Result<(), SessionError> {
        let person = self.0.person(subject)?;
        self.cut_off(Op::CutOff { person, lifetime: cut_off_lifetime(&self.0) }).await
    }

    /// Does the same as [`person`](Self::person), and removes everything that the store keeps of the subject: their sessions, and
    /// the list of their sign-ins. Data in cookies stays in their browser; it opens again only if the same subject signs in
    /// there.
    ///
    /// # Errors
    /// Those of [`person`](Self::person).
    pub async fn erase(&self, subject: &str) -> Result<(), SessionError> {
        let person = self.0.person(subject)?;
        self.cut_off(Op::Erase { person, lifetime: cut_off_lifetime(&self.0) }).await
    }

    /// Loads all that has ended, unless this node has it, and keeps it current from then on. A server calls this before it takes
    /// requests. Otherwise the first request with an identity waits for it, some seconds where a million sign-ins ended.
    ///
    /// # Errors
    /// [`SessionError::StoreUnavailable`]. The load is tried again each second, and by requests.
    pub async fn load(&self) -> Result<KnownEnds, SessionError> {
        let register = self.0.register.as_ref().ok_or(SessionError::NoStore)?;
        if !register.is_loaded() {
            self.0.refresh(register, self.0.clock.now()).await;
        }
        Settings::follow(&self.0, register);
        match register.failure() {
            Some(error) if !register.is_loaded() => Err(SessionError::StoreUnavailable(error)),
            _ => Ok(register.size()),
        }
    }

    /// The ends that this node has in memory: they grow with the sign-outs of as many days as a sign-in lives.
    pub fn known(&self) -> KnownEnds {
        self.0.register.as_ref().map(|register| register.size()).unwrap_or_default()
    }

    async fn cut_off(&self, operation: Op) -> Result<(), SessionError> {
        // A conflict means that the person was cut off dozens of times within the second.
        if self.end(operation).await? { Ok(()) } else { Err(SessionError::Conflict) }
    }

    pub(super) async fn rows(&self, person: PersonId) -> Result<Vec<SignInRow>, SessionError> {
        let rows = self.store()?.sign_ins(person).await;
        rows.map(|(rows, _)| rows).map_err(|error| self.0.unavailable(error))
    }

    /// Has the store carry out the operation, and notes it on this node; returns false for a conflict.
    async fn end(&self, operation: Op) -> Result<bool, SessionError> {
        let applied = self.apply(operation).await?;
        self.0.catch_up().await;
        Ok(applied == Applied::Done)
    }

    pub(super) async fn apply(&self, operation: Op) -> Result<Applied, SessionError> {
        let applied = apply_unattended(self.store()?, vec![operation]).await;
        applied.map(|(applied, _)| applied).map_err(|error| self.0.unavailable(error))
    }

    fn store(&self) -> Result<&Arc<dyn Store>, SessionError> {
        self.0.store.as_ref().ok_or(SessionError::NoStore)
    }
}

impl fmt::Debug for Revoker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Revoker").finish_non_exhaustive()
    }
}
