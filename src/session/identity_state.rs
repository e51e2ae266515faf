//! Who the request says it is, and what the handler made of that: pure state, no cookies written here.

use std::sync::Arc;

use super::SessionError;
use super::draft::{Draft, Outgoing};
use super::incoming::{self, Accepted, Facts, Fields};
use super::settings::Settings;
use crate::token::{IdentityClaims, MAX_SUBJECT, Plaintext, SessionId};
use crate::{Refusal, RefusalClass, Timestamp};

#[derive(Default)]
pub(crate) struct IdentityState {
    read: bool,
    incoming: Option<Box<Accepted<Arc<Facts>>>>,
    refusal: Option<Refusal>,
    current: Option<Arc<Facts>>,
    /// The session ids whose data follows to the current one.
    followed: Vec<SessionId>,
    change: Option<Change>,
}

/// What the handler did last.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Change {
    SignedIn,
    Renewed,
    SignedOut,
}

/// How the owner of some data stands to the identity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tie {
    /// It is the identity.
    Current,
    /// It was, until `renew` or until the same subject signed in again.
    Follows,
    /// It was, until this request signed it out or signed somebody else in.
    Ended,
    /// It is somebody else.
    Foreign,
}

impl Tie {
    /// Whether data of such an owner is as if absent.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Foreign)
    }
}

impl IdentityState {
    /// Opens the cookie, once.
    pub(crate) fn read(&mut self, settings: &Settings, fields: &Fields, now: Timestamp) {
        if std::mem::replace(&mut self.read, true) {
            return;
        }
        match incoming::identity(settings, fields, now) {
            Ok(accepted) => {
                self.current = accepted.as_ref().map(|accepted| Arc::clone(&accepted.claims));
                self.incoming = accepted.map(Box::new);
            }
            Err(refusal) => self.refusal = Some(refusal),
        }
    }

    pub(crate) fn current(&self) -> Option<&Facts> {
        self.current.as_deref()
    }

    pub(crate) fn share(&self) -> Option<Arc<Facts>> {
        self.current.clone()
    }

    pub(crate) fn accepted(&self) -> Option<&Accepted<Arc<Facts>>> {
        self.incoming.as_deref()
    }

    pub(crate) const fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    /// A refusal that may be lifted later, unless the handler already chose what comes next.
    pub(crate) fn unsettled(&self) -> Option<Refusal> {
        self.refusal.filter(|it| it.class() == RefusalClass::Unsettled && self.change.is_none())
    }

    pub(crate) const fn change(&self) -> Option<Change> {
        self.change
    }

    pub(crate) fn tie(&self, owner: SessionId) -> Tie {
        if self.current().is_some_and(|facts| facts.session_id == owner) {
            Tie::Current
        } else if self.followed.contains(&owner) {
            Tie::Follows
        } else if self.had(owner) {
            Tie::Ended
        } else {
            Tie::Foreign
        }
    }

    pub(crate) fn follows(&self, owner: SessionId) -> bool {
        self.tie(owner) == Tie::Follows
    }

    /// The session id that the request came with.
    pub(crate) fn brought(&self) -> Option<SessionId> {
        self.incoming.as_ref().map(|incoming| incoming.claims.session_id)
    }

    /// Whether `owner` is the identity that the request came with.
    pub(crate) fn had(&self, owner: SessionId) -> bool {
        self.brought() == Some(owner)
    }

    /// Whether data that no handler touched must be looked at.
    pub(crate) const fn moves_data(&self) -> bool {
        self.change.is_some() && self.incoming.is_some()
    }

    /// A new session for `subject`; the same subject's data follows.
    pub(crate) fn sign_in(
        &mut self,
        subject: String,
        session_id: SessionId,
        now: Timestamp,
    ) -> Result<(), SessionError> {
        if subject.is_empty() || subject.len() > MAX_SUBJECT {
            return Err(SessionError::BadSubject);
        }
        if let Some(refusal) = self.unsettled() {
            return Err(SessionError::Unsettled(refusal));
        }
        if self.current().is_some_and(|facts| facts.subject == subject) {
            self.follow_current();
        } else {
            self.followed.clear();
        }
        self.current = Some(Arc::new(Facts {
            session_id,
            subject,
            started_at: now,
            authenticated_at: now,
            expires_at: None,
        }));
        self.change = Some(Change::SignedIn);
        Ok(())
    }

    /// The same session under a new id; `false` if nobody is signed in.
    pub(crate) fn renew(&mut self, session_id: SessionId) -> bool {
        let Some(facts) = self.share() else { return false };
        self.follow_current();
        self.current = Some(Arc::new(Facts { session_id, subject: facts.subject.clone(), ..*facts }));
        if self.change.is_none() {
            self.change = Some(Change::Renewed);
        }
        true
    }

    pub(crate) fn sign_out(&mut self) {
        self.current = None;
        self.followed.clear();
        self.change = Some(Change::SignedOut);
    }

    fn follow_current(&mut self) {
        let current = self.current().map(|facts| facts.session_id);
        self.followed.extend(current);
    }

    pub(crate) fn decide<'s>(
        &self,
        settings: &'s Settings,
        outgoing: &mut Outgoing<'s>,
    ) -> Result<(), SessionError> {
        match (self.change, self.current()) {
            (None, _) => Ok(()),
            (Some(_), None) => outgoing.remove(&settings.identity.cookie),
            (Some(_), Some(facts)) => {
                let draft = self.draft(settings, facts);
                draft.check(settings, || vec![("subject".into(), facts.subject.len())])?;
                outgoing.push(draft);
                Ok(())
            }
        }
    }

    fn draft<'s>(&self, settings: &'s Settings, facts: &Facts) -> Draft<'s> {
        let now = settings.clock.now();
        let sealed_at = self.incoming.as_ref().map_or(now, |it| it.opened.sealed_at().max(now));
        let claims = IdentityClaims {
            session_id: facts.session_id,
            subject: &facts.subject,
            started_at: facts.started_at,
            authenticated_at: facts.authenticated_at,
            expires_at: facts.expires_at,
        };
        let mut plain = Plaintext::with_capacity(facts.subject.len() + 64);
        claims.write(sealed_at, &mut plain);
        let len = plain.len();
        Draft::new(&settings.identity, plain, len, sealed_at)
    }
}
