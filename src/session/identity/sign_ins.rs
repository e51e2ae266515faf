//! The list of a person's sign-ins, and their ends.

use std::sync::Arc;

use super::revoker::Revoker;
use super::sign_in::SignIn;
use super::{Identity, label};
use crate::session::SessionError;
use crate::sign_ins::SignInKey;
use crate::store::Op;
use crate::token::SessionId;

impl Identity {
    /// The living sign-ins of the person signed in, this one first; none if nobody is signed in. A sign-in made in this request
    /// is listed from its response on, and one from before the layer had a store is not listed.
    ///
    /// # Errors
    /// [`SessionError::NoStore`], [`SessionError::StoreUnavailable`].
    pub async fn sign_ins(&self) -> Result<Vec<SignIn>, SessionError> {
        let revoker = self.revoker()?;
        let Some(facts) = self.facts() else { return Ok(Vec::new()) };
        let rows = revoker.rows(facts.person).await?;
        Ok(SignIn::all(&self.exchange.settings, rows, facts.person, Some(facts.session_id)))
    }

    /// Ends a sign-in of the person signed in, with all its renewals: on this node at once, and on every other within two
    /// seconds. Returns whether any of them lived. Another person's sign-in stays.
    ///
    /// # Errors
    /// [`SessionError::NoStore`], [`SessionError::StoreUnavailable`]: it may have ended, and may be ended again.
    pub async fn end(&self, key: &SignInKey) -> Result<bool, SessionError> {
        let revoker = self.revoker()?;
        match self.facts() {
            Some(facts) if facts.person == key.person => revoker.session(key).await,
            _ => Ok(false),
        }
    }

    /// Ends all other sign-ins of the person signed in, also those that no list has. This one goes on under a new session id,
    /// with the response, and everything that was sealed until then is dead. Call it when a password was changed. In one request
    /// with [`reauthenticate`](Self::reauthenticate) or [`sign_in`](Self::sign_in), both are one step.
    ///
    /// Returns whether anybody is signed in. If this sign-in was ended meanwhile, the response is
    /// [`SessionError::NotSignedIn`], and the others stay.
    ///
    /// # Errors
    /// [`SessionError::NoStore`]: without one nothing can be ended elsewhere. [`SessionError::NoEntropy`], [`SessionError::HeadSent`].
    #[expect(clippy::unused_async, reason = "as all verbs of the identity")]
    pub async fn end_others(&mut self) -> Result<bool, SessionError> {
        self.revoker()?;
        let session_id = SessionId::from_bytes(self.exchange.settings.random()?);
        let mut state = self.exchange.open()?;
        let is_done = state.identity.end_others(session_id);
        self.facts = state.identity.current().cloned();
        Ok(is_done)
    }

    /// Names this sign-in in [lists](Self::sign_ins), as "Firefox on Linux". The name is stored with the response that signs in
    /// or renews, or else at once. It is sealed in the store; a name longer than 128 bytes is cut. A renewal keeps the name.
    ///
    /// Returns whether anybody is signed in.
    ///
    /// # Errors
    /// [`SessionError::NoStore`], [`SessionError::StoreUnavailable`], [`SessionError::NoEntropy`], [`SessionError::HeadSent`].
    pub async fn label(&mut self, label: &str) -> Result<bool, SessionError> {
        let revoker = self.revoker()?;
        let (facts, in_store) = {
            let mut state = self.exchange.open()?;
            let Some(facts) = state.identity.current().cloned() else { return Ok(false) };
            let sealed = label::seal(&self.exchange.settings, facts.person, label)?;
            (facts, state.identity.label(sealed))
        };
        if let Some(label) = in_store {
            revoker.apply(Op::Label { id: facts.session_id, person: facts.person, label }).await?;
        }
        Ok(true)
    }

    fn revoker(&self) -> Result<Revoker, SessionError> {
        Revoker::of(Arc::clone(&self.exchange.settings))
    }
}
