//! The identity of a request, and the handler's changes to it.

use std::sync::Arc;

use smallvec::SmallVec;

use super::accept::{self, Brought, Facts, Found};
use crate::session::SessionError;
use crate::session::activity::idle::{self, Seen, Written};
use crate::session::draft::Draft;
use crate::session::plan::Plan;
use crate::session::request::{Accepted, Request};
use crate::session::settings::Settings;
use crate::token::{IdentityClaims, PersonId, Plaintext, SessionId};
use crate::{Refusal, RefusalClass, Timestamp};

#[derive(Default)]
pub(crate) struct IdentityState {
    read: bool,
    /// The identity that the request brought.
    brought: Option<Box<Accepted<Arc<Facts>>>>,
    /// All sign-ins that the request brought, refused ones too, if there is a store.
    all_brought: SmallVec<[Brought; 1]>,
    /// True if all other sign-ins of the person end with this response.
    is_alone: bool,
    /// The application's label for the sign-in that this response enters, sealed.
    label: Option<Vec<u8>>,
    /// The last activity, if an idle timeout or a store needs it.
    seen: Option<Seen>,
    /// An identity that the request brought and that looks idle, while the store may know of later activity.
    asked: Option<Box<Asked>>,
    refusal: Option<Refusal>,
    /// The person of an identity that was refused only for a timeout, or whose activity cannot be read yet.
    left: Option<PersonId>,
    current: Option<Arc<Facts>>,
    change: Option<Change>,
    guests: Guests,
    /// Everybody whom a verb of this request signed out, each with the era that began then.
    signed_out: SmallVec<[(PersonId, u32); 1]>,
    is_signed_out: bool,
    /// The era that began when somebody unknown was signed out.
    anybody_out: Option<u32>,
}

/// An identity for whose last activity the store is to be asked.
struct Asked {
    accepted: Accepted<Arc<Facts>>,
    written: Written,
    /// True if there was an event.
    is_told: bool,
}

/// The handler's last change.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Change {
    SignedIn,
    Reauthenticated,
    Renewed,
    SignedOut,
}

/// The fate of the guest's data that the request brought.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Guests {
    /// No verb touched it: it is nobody's, or is only shown to a person who has no data.
    #[default]
    Here,
    /// A sign-in made it this person's.
    Adopted(PersonId),
    /// It is no longer anybody's: its owner is unknown, or signed out.
    Gone,
}

impl IdentityState {
    /// Opens the cookie, once.
    pub(crate) fn read(&mut self, request: Request<'_>) {
        if !std::mem::replace(&mut self.read, true) {
            self.refusal = self.open(request).err();
        }
    }

    fn open(&mut self, request: Request<'_>) -> Result<(), Refusal> {
        let mut found = Found::default();
        let accepted = accept::identity(request, &mut found);
        self.all_brought = std::mem::take(&mut found.brought);
        let Found { lapsed, is_told, .. } = found;
        let accepted =
            accepted.inspect_err(|&refusal| self.left = lapsed.filter(|_| !is_maybe_ours(refusal)))?;
        let Some(accepted) = accepted else { return Ok(()) };
        match idle::written(request, &accepted.claims, accepted.sealed_at) {
            Some(written) => self.hold_to_idle(request, accepted, written, is_told),
            None => {
                self.accept(accepted, None);
                Ok(())
            }
        }
    }

    fn accept(&mut self, accepted: Accepted<Arc<Facts>>, seen: Option<Seen>) {
        self.seen = seen;
        self.left = None;
        self.current = Some(Arc::clone(&accepted.claims));
        self.brought = Some(Box::new(accepted));
    }

    fn hold_to_idle(
        &mut self,
        request: Request<'_>,
        accepted: Accepted<Arc<Facts>>,
        written: Written,
        is_told: bool,
    ) -> Result<(), Refusal> {
        match idle::check(request, &accepted.claims, accepted.sealed_at, written) {
            Ok(seen) => {
                self.accept(accepted, Some(seen));
                Ok(())
            }
            Err(left_alone) => {
                self.left = Some(accepted.claims.person);
                if left_alone.may_be_known {
                    self.asked = Some(Box::new(Asked { accepted, written, is_told }));
                } else if !is_told {
                    request.settings.refused(&request.settings.identity, left_alone.refusal);
                }
                Err(left_alone.refusal)
            }
        }
    }

    /// The sign-in for whose last activity the store is to be asked, before the sign-in is declared over.
    pub(crate) fn asks(&self) -> Option<(SessionId, PersonId)> {
        let Facts { session_id, person, .. } = *self.asked.as_ref()?.accepted.claims;
        Some((session_id, person))
    }

    /// Judges the identity again after the store's answer. It does so once, and not after a verb, which chose what comes next.
    pub(crate) fn was_asked(&mut self, request: Request<'_>) {
        let Some(asked) = self.asked.take().filter(|_| self.change.is_none()) else { return };
        let Asked { accepted, written, is_told } = *asked;
        self.refusal = self.hold_to_idle(request, accepted, written, is_told).err();
        let still_asks = self.asked.take().is_some();
        if let Some(refusal) = self.refusal.filter(|_| still_asks && !is_told) {
            request.settings.refused(&request.settings.identity, refusal);
        }
    }

    /// The person who is signed in, and nobody if nobody is.
    ///
    /// # Errors
    /// An unsettled refusal: somebody may be signed in.
    pub(crate) fn who(&self) -> Result<Option<PersonId>, Refusal> {
        match self.unsettled() {
            Some(refusal) => Err(refusal),
            None => Ok(self.current.as_deref().map(|facts| facts.person)),
        }
    }

    /// The last activity; `None` if no idle timeout holds, or if the response leaves another identity, which is sealed now.
    pub(crate) fn seen(&self) -> Option<Seen> {
        self.seen.filter(|_| self.change.is_none())
    }

    pub(crate) fn current(&self) -> Option<&Arc<Facts>> {
        self.current.as_ref()
    }

    pub(crate) fn brought(&self) -> Option<&Accepted<Arc<Facts>>> {
        self.brought.as_deref()
    }

    /// All sign-ins that the request brought, whatever has happened to them since; none without a store.
    pub(crate) fn all_brought(&self) -> &[Brought] {
        &self.all_brought
    }

    /// True if all other sign-ins of the person end with this response.
    pub(crate) const fn is_alone(&self) -> bool {
        self.is_alone
    }

    pub(crate) const fn refusal(&self) -> Option<Refusal> {
        self.refusal
    }

    /// A refusal that may be lifted later, unless the handler has already chosen what comes next.
    fn unsettled(&self) -> Option<Refusal> {
        self.refusal.filter(|it| it.class() == RefusalClass::Unsettled && self.change.is_none())
    }

    pub(crate) const fn change(&self) -> Option<Change> {
        self.change
    }

    /// True if a verb of this request signed somebody out: that goes out whatever comes after it.
    pub(crate) const fn is_signed_out(&self) -> bool {
        self.is_signed_out
    }

    pub(crate) const fn guests(&self) -> Guests {
        self.guests
    }

    /// True if the request brought data of this person that must be removed.
    pub(crate) fn signed_out(&self, person: PersonId) -> bool {
        self.signed_out_since(person, 0)
    }

    /// True if a verb signed this person out, or may have, after `era`.
    pub(crate) fn signed_out_since(&self, person: PersonId, era: u32) -> bool {
        let is_this = |&(out, at): &(PersonId, u32)| out == person && at > era;
        self.anybody_out.is_some_and(|at| at > era) || self.signed_out.iter().any(is_this)
    }

    /// Everybody whom a verb of this request signed out.
    pub(crate) fn all_signed_out(&self) -> Vec<PersonId> {
        self.signed_out.iter().map(|(person, _)| *person).collect()
    }

    /// True if a response may give the browser this identity: the request's own, or one that was given to it here.
    pub(crate) fn may_send(&self, session_id: SessionId) -> bool {
        let brought = self.brought().map(|it| it.claims.session_id);
        let given = self.current.as_ref().filter(|_| self.change.is_some()).map(|facts| facts.session_id);
        [brought, given].contains(&Some(session_id))
    }

    /// Starts a session, and decides about the guest's data.
    pub(crate) fn sign_in(&mut self, facts: Facts) {
        let person = facts.person;
        let is_same = self.current.as_ref().is_some_and(|current| current.person == person);
        if !is_same {
            self.guests = match self.guests {
                Guests::Here if !self.is_maybe_another(person) => Guests::Adopted(person),
                Guests::Adopted(earlier) if earlier == person => Guests::Adopted(person),
                _ => Guests::Gone,
            };
        }
        self.is_alone &= is_same;
        self.label = None;
        self.current = Some(Arc::new(facts));
        self.change = Some(Change::SignedIn);
    }

    /// True if the guest's data may be another person's, who is or may be signed in.
    fn is_maybe_another(&self, person: PersonId) -> bool {
        self.current.as_ref().is_some_and(|current| current.person != person)
            || (self.left != Some(person) && self.refusal.is_some_and(is_maybe_ours))
    }

    /// Moves the session to a new id; with `now`, the person has just proved who they are. `false` if nobody is signed in.
    pub(crate) fn renew(&mut self, session_id: SessionId, now: Option<Timestamp>) -> bool {
        let Some(facts) = self.current.clone() else { return false };
        let authenticated_at = now.unwrap_or(facts.authenticated_at);
        let subject = facts.subject.clone();
        self.current = Some(Arc::new(Facts { session_id, subject, authenticated_at, ..*facts }));
        if self.change != Some(Change::SignedIn) {
            self.change = now.map(|_| Change::Reauthenticated).or(self.change).or(Some(Change::Renewed));
        }
        true
    }

    /// Ends all other sign-ins of the person signed in, who goes on under a new session id; `false` if nobody is.
    pub(crate) fn end_others(&mut self, session_id: SessionId) -> bool {
        let is_new = self.change.is_some() && self.current.is_some();
        let goes_on = is_new || self.renew(session_id, None);
        self.is_alone |= goes_on;
        goes_on
    }

    /// Takes the label for the sign-in that this response enters; gives it back if that sign-in is in the store already.
    pub(crate) fn label(&mut self, sealed: Vec<u8>) -> Option<Vec<u8>> {
        if self.change.is_none() {
            return Some(sealed);
        }
        self.label = Some(sealed);
        None
    }

    pub(crate) fn new_label(&self) -> Option<&Vec<u8>> {
        self.label.as_ref()
    }

    /// Signs out the person who is signed in, or else whoever the request brought. `era` begins with this.
    pub(crate) fn sign_out(&mut self, era: u32) {
        let left = self.left.filter(|_| self.change.is_none());
        let person = self.current.take().map(|facts| facts.person).or(left);
        self.signed_out.extend(person.map(|person| (person, era)));
        if person.is_none() && self.change.is_none() && self.refusal.is_some_and(is_maybe_ours) {
            self.anybody_out = Some(era);
        }
        self.guests = Guests::Gone;
        self.is_alone = false;
        self.label = None;
        self.is_signed_out = true;
        self.change = Some(Change::SignedOut);
    }

    /// Adds the step for the identity's cookie, and the removal of the activity cookie of another session id.
    pub(crate) fn decide(
        &self,
        request: Request<'_>,
        goes: Timestamp,
        plan: &mut Plan,
    ) -> Result<(), SessionError> {
        let settings = request.settings;
        if self.change.is_none() {
            return Ok(());
        }
        match &self.current {
            None => plan.remove(&settings.identity),
            Some(facts) => {
                let draft = draft(settings, goes, self.brought().map(|it| it.sealed_at), facts);
                draft.check(settings, None, || vec![("subject".into(), facts.subject.len())])?;
                plan.set(draft);
            }
        }
        if request.brings(&settings.activity) {
            plan.remove(&settings.activity);
        }
        Ok(())
    }

    /// The identity as a store has it: sealed at the time that the store answered.
    pub(crate) fn draft_at(&self, settings: &Settings, at: Timestamp) -> Option<Draft> {
        Some(draft(settings, at, None, self.current.as_ref()?))
    }
}

fn draft(settings: &Settings, goes: Timestamp, replaces: Option<Timestamp>, facts: &Facts) -> Draft {
    let claims = IdentityClaims {
        session_id: facts.session_id,
        person: facts.person,
        subject: &facts.subject,
        started_at: facts.started_at,
        authenticated_at: facts.authenticated_at,
        remembered: facts.remembered,
        ends_at: facts.ends_at,
    };
    let write = |sealed_at, plain: &mut Plaintext| claims.write(sealed_at, plain);
    Draft::new(&settings.identity, goes, replaces, write).kept_until(facts.kept_until())
}

/// True if a refused identity may belong to somebody who is signed in.
fn is_maybe_ours(refusal: Refusal) -> bool {
    refusal.class() == RefusalClass::Unsettled
        || matches!(refusal, Refusal::Conflict | Refusal::TooManyCookies)
}
