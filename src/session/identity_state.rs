//! The identity of a request, and the handler's changes to it: pure state, no cookies written here.

use std::sync::Arc;

use super::SessionError;
use super::activity::{self, Due, Seen};
use super::draft::{Draft, Outgoing};
use super::incoming::{self, Accepted, Facts, Fields};
use super::settings::Settings;
use crate::token::{IdentityClaims, Plaintext, SessionId};
use crate::{Refusal, RefusalClass, Timestamp};

#[derive(Default)]
pub(crate) struct IdentityState {
    read: bool,
    incoming: Option<Box<Incoming>>,
    refusal: Option<Refusal>,
    current: Option<Arc<Facts>>,
    /// The identity that the request brought, if only a timeout refused it.
    lapsed: Option<Arc<Facts>>,
    /// The session ids whose data follows to the current one.
    followed: Vec<SessionId>,
    change: Option<Change>,
}

/// The identity that the request brought.
struct Incoming {
    accepted: Accepted<Arc<Facts>>,
    /// Its last activity, if an idle timeout holds for it.
    seen: Option<Seen>,
}

/// The handler's last change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Change {
    SignedIn,
    Reauthenticated,
    Renewed,
    SignedOut,
}

/// The tie between the owner of some data and the identity.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Tie {
    /// It is the identity.
    Current,
    /// It was, until `renew` or until the same subject signed in again.
    Follows,
    /// It was, until this request signed it out or signed somebody else in.
    Ended,
    /// It was, until a timeout: the data follows if the same subject signs in again.
    Lapsed,
    /// It is somebody else.
    Foreign,
}

impl Tie {
    /// True if data of such an owner is as if absent.
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Ended | Self::Lapsed | Self::Foreign)
    }
}

impl IdentityState {
    /// Opens the cookie, once.
    pub(crate) fn read(&mut self, settings: &Settings, fields: &Fields, now: Timestamp) {
        if std::mem::replace(&mut self.read, true) {
            return;
        }
        self.refusal = self.open(settings, fields, now).err();
    }

    fn open(&mut self, settings: &Settings, fields: &Fields, now: Timestamp) -> Result<(), Refusal> {
        let Some(accepted) = incoming::identity(settings, fields, now, &mut self.lapsed)? else {
            return Ok(());
        };
        let seen = match activity::check(settings, fields, now, &accepted) {
            Ok(seen) => seen,
            Err(refusal) => {
                settings.refused(&settings.identity.cookie, refusal);
                self.lapsed = (refusal == Refusal::Idle).then_some(accepted.claims);
                return Err(refusal);
            }
        };
        self.current = Some(Arc::clone(&accepted.claims));
        self.incoming = Some(Box::new(Incoming { accepted, seen }));
        Ok(())
    }

    /// Activity to be written down: that of the identity which the request brought and the response leaves.
    pub(crate) fn due(&self) -> Option<Due> {
        self.seen().and_then(|seen| seen.due)
    }

    /// The last activity before this request; `None` if the response leaves another identity, sealed now.
    pub(crate) fn last_active(&self) -> Option<Timestamp> {
        self.seen().map(|seen| seen.at)
    }

    fn seen(&self) -> Option<Seen> {
        self.incoming.as_ref().filter(|_| self.change.is_none()).and_then(|it| it.seen)
    }

    pub(crate) fn current(&self) -> Option<&Facts> {
        self.current.as_deref()
    }

    pub(crate) fn share(&self) -> Option<Arc<Facts>> {
        self.current.clone()
    }

    pub(crate) fn accepted(&self) -> Option<&Accepted<Arc<Facts>>> {
        self.incoming.as_ref().map(|incoming| &incoming.accepted)
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
            if self.change.is_none() { Tie::Lapsed } else { Tie::Ended }
        } else {
            Tie::Foreign
        }
    }

    pub(crate) fn follows(&self, owner: SessionId) -> bool {
        self.tie(owner) == Tie::Follows
    }

    /// The session id that the request came with.
    pub(crate) fn brought(&self) -> Option<SessionId> {
        self.accepted().map(|accepted| accepted.claims.session_id)
    }

    /// True if a response may give the browser this identity: the request's own, or the one that it was given here.
    pub(crate) fn may_send(&self, session_id: SessionId) -> bool {
        let given = self.current().filter(|_| self.change.is_some()).map(|facts| facts.session_id);
        [self.brought(), given].contains(&Some(session_id))
    }

    /// True if `owner` is the identity that the request came with, timed out or not.
    pub(crate) fn had(&self, owner: SessionId) -> bool {
        self.earlier().is_some_and(|facts| facts.session_id == owner)
    }

    /// True if data that no handler touched must be looked at.
    pub(crate) fn moves_data(&self) -> bool {
        self.change.is_some() && self.earlier().is_some()
    }

    /// True if the data of the identity that the request came with goes on under another session id.
    pub(crate) fn takes_data_along(&self) -> bool {
        self.earlier().is_some_and(|facts| self.follows(facts.session_id))
    }

    fn earlier(&self) -> Option<&Facts> {
        self.accepted().map(|accepted| &*accepted.claims).or(self.lapsed.as_deref())
    }

    /// The browser's last user, as far as this request knows.
    fn last(&self) -> Option<&Facts> {
        if self.change.is_none() { self.earlier() } else { self.current() }
    }

    /// True if somebody else than `subject` used the browser last.
    pub(crate) fn is_another(&self, subject: &str) -> bool {
        self.last().is_some_and(|facts| facts.subject != subject)
    }

    /// Starts a session for `subject`; the same subject's data follows.
    pub(crate) fn sign_in(
        &mut self,
        subject: String,
        session_id: SessionId,
        now: Timestamp,
        expires_at: Option<Timestamp>,
    ) -> Result<(), SessionError> {
        if subject.is_empty() || subject.len() > IdentityClaims::MAX_SUBJECT {
            return Err(SessionError::BadSubject);
        }
        if let Some(refusal) = self.unsettled() {
            return Err(SessionError::Unsettled(refusal));
        }
        match self.last().filter(|facts| facts.subject == subject).map(|facts| facts.session_id) {
            Some(earlier) => self.followed.push(earlier),
            None => self.followed.clear(),
        }
        self.current =
            Some(Arc::new(Facts { session_id, subject, started_at: now, authenticated_at: now, expires_at }));
        self.change = Some(Change::SignedIn);
        Ok(())
    }

    /// Moves the session to a new id; with `now`, the person has just proved who they are. `false` if nobody is signed in.
    pub(crate) fn renew(&mut self, session_id: SessionId, now: Option<Timestamp>) -> bool {
        let Some(facts) = self.share() else { return false };
        self.followed.push(facts.session_id);
        let authenticated_at = now.unwrap_or(facts.authenticated_at);
        let subject = facts.subject.clone();
        self.current = Some(Arc::new(Facts { session_id, subject, authenticated_at, ..*facts }));
        if self.change != Some(Change::SignedIn) {
            self.change = now.map(|_| Change::Reauthenticated).or(self.change).or(Some(Change::Renewed));
        }
        true
    }

    pub(crate) fn sign_out(&mut self) {
        self.current = None;
        self.followed.clear();
        self.change = Some(Change::SignedOut);
    }

    pub(crate) fn decide<'s>(
        &self,
        settings: &'s Settings,
        fields: &Fields,
        outgoing: &mut Outgoing<'s>,
    ) -> Result<(), SessionError> {
        if self.change.is_none() {
            return Ok(());
        }
        match self.current() {
            None => outgoing.remove(&settings.identity.cookie)?,
            Some(facts) => {
                let draft = self.draft(settings, facts);
                draft.check(settings, || vec![("subject".into(), facts.subject.len())])?;
                outgoing.push(draft);
            }
        }
        // The activity was another session id's.
        if fields.bring(&settings.activity.cookie) {
            outgoing.remove(&settings.activity.cookie)?;
        }
        Ok(())
    }

    fn draft<'s>(&self, settings: &'s Settings, facts: &Facts) -> Draft<'s> {
        let now = settings.clock.now();
        let sealed_at = self.accepted().map_or(now, |it| it.opened.sealed_at().max(now));
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
        Draft::new(&settings.identity, plain, len, sealed_at).until(facts.expires_at)
    }
}
