//! `Identity`: the sign-in.

pub(crate) mod accept;
pub(crate) mod adoption;
pub(crate) mod entry;
mod label;
pub(crate) mod revoker;
mod sign_in;
mod sign_ins;
mod signed_in;
pub(crate) mod state;
mod verbs;

pub use adoption::Adoption;
pub use revoker::Revoker;
pub use sign_in::SignIn;
pub use signed_in::SignedIn;

use std::fmt;
use std::sync::Arc;

use http::request::Parts;

use self::accept::Facts;
use super::SessionError;
use super::activity::idle;
use super::exchange::Exchange;
use super::report::Report;
use crate::token::SessionId;
use crate::{Refusal, Timestamp};

/// The sign-in on this browser, and the verbs that change it.
///
/// The identity is a cookie of its own, written only by these verbs, so that a late response with a session's data can neither
/// undo a sign-in nor revive one. Data belongs to the person, not to the sign-in: a new session id, or signing in again, leaves
/// it as it is, and nobody else ever sees it. A change of the identity goes out like any other, with a response below 500 that is
/// not 408. A sign-out goes out with every response.
///
/// ```
/// use axum::{Form, response::Redirect};
/// use gingersnap::{Identity, SessionError};
/// # #[derive(serde::Deserialize)] struct Login { email: String, password: String }
/// # impl Login { fn is_right(&self) -> bool { false } }
///
/// async fn login(mut who: Identity, Form(it): Form<Login>) -> Result<Redirect, SessionError> {
///     if !it.is_right() {
///         return Ok(Redirect::to("/login?again"));
///     }
///     who.sign_in(it.email).await?;
///     Ok(Redirect::to("/"))
/// }
/// ```
///
/// It lends nothing out: any number may be held at once. Each keeps the state that it saw when it was taken, and changes it only
/// by its own verbs.
pub struct Identity {
    exchange: Arc<Exchange>,
    facts: Option<Arc<Facts>>,
    refusal: Option<Refusal>,
    now: Timestamp,
}

impl Identity {
    /// The identity of a request, as the extractor finds it.
    ///
    /// # Errors
    /// [`SessionError::NoLayer`], [`SessionError::HeadSent`].
    pub async fn from_parts(parts: &Parts) -> Result<Self, SessionError> {
        let exchange = Exchange::of(parts)?;
        if let Some(refreshing) = exchange.refresh(parts)? {
            refreshing.await;
        }
        let mut state = exchange.begin(parts)?;
        let identity = state.identity(&exchange.settings);
        let (facts, refusal) = (identity.current().cloned(), identity.refusal());
        let now = state.came;
        drop(state);
        Ok(Self { exchange: Arc::clone(exchange), facts, refusal, now })
    }

    pub(super) fn facts(&self) -> Option<Arc<Facts>> {
        self.facts.clone()
    }

    /// The subject that is signed in, as the application named it.
    pub fn subject(&self) -> Option<&str> {
        self.facts.as_deref().map(|facts| facts.subject.as_str())
    }

    /// The start of this session.
    pub fn started_at(&self) -> Option<Timestamp> {
        self.facts.as_deref().map(|facts| facts.started_at)
    }

    /// The time at which the person last proved who they are.
    pub fn authenticated_at(&self) -> Option<Timestamp> {
        self.facts.as_deref().map(|facts| facts.authenticated_at)
    }

    /// The end that was chosen for a person who asked to be remembered; `None` for others.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.facts.as_deref().and_then(Facts::kept_until)
    }

    /// The end of this sign-in if no further request comes: the idle timeout, the absolute timeout or the end that was chosen,
    /// whichever comes first. It is for pages that show how much time is left. Mark requests that poll it
    /// [`Passive`](super::Passive).
    pub fn ends_at(&self) -> Option<Timestamp> {
        let facts = self.facts.as_deref()?;
        let state = self.exchange.open().ok()?;
        let policy = self.exchange.settings.policy;
        let end = facts.end(policy);
        let Some(idle) = policy.idle_of(facts.remembered) else { return Some(end) };
        let earlier = state.identity.seen().map(|seen| seen.at).filter(|_| state.due().is_none());
        Some(end.min(earlier.unwrap_or(self.now).plus(idle)))
    }

    /// True if somebody is signed in who proved less than `seconds` ago who they are.
    pub fn authenticated_within(&self, seconds: u64) -> bool {
        self.authenticated_at().is_some_and(|at| at.age_at(self.now) < seconds)
    }

    /// The refusal of the request's cookie. For the operator's eyes: a client should not learn it.
    pub fn refused(&self) -> Option<Refusal> {
        self.refusal
    }

    /// Signs `subject` in under a new session id. Call it after *every* successful authentication.
    ///
    /// A guest's data that the request brought becomes the subject's, with this response. If the subject has data of their own,
    /// the two are [merged](crate::SessionData::merge), or the guest's is removed. If somebody else is signed in, or may be, the
    /// guest's data may be theirs, and is removed too. A change that was made before the sign-in, through a
    /// [`Session`](super::Session) still held, is treated the same way.
    ///
    /// A sign-in whose request brings no cookies sees no guest's data. OAuth's `form_post` makes such requests: finish the
    /// sign-in on a request of your own site.
    ///
    /// # Errors
    /// [`SessionError::BadSubject`], [`SessionError::NoEntropy`], [`SessionError::HeadSent`].
    pub async fn sign_in(&mut self, subject: impl Into<String>) -> Result<Adoption, SessionError> {
        self.start(subject.into(), None).await
    }

    /// Signs `subject` in for `seconds`, or as long as [`Policy::remember_for`](super::Policy::remember_for) allows.
    ///
    /// This is for people who ask to be remembered. Their end replaces the policy's absolute and idle timeouts, and the cookies
    /// outlive the browser's window. Keep sensitive pages behind [`SignedIn`](super::SignedIn) with a `MAX_AUTH_AGE`.
    ///
    /// # Errors
    /// Those of [`sign_in`](Self::sign_in), and [`SessionError::NotRemembered`] if the policy remembers nobody.
    pub async fn sign_in_and_remember(
        &mut self,
        subject: impl Into<String>,
        seconds: u64,
    ) -> Result<Adoption, SessionError> {
        let longest = self.exchange.settings.policy.remembered().ok_or(SessionError::NotRemembered)?;
        self.start(subject.into(), Some(seconds.min(longest))).await
    }

    async fn start(&mut self, subject: String, remember: Option<u64>) -> Result<Adoption, SessionError> {
        let settings = &self.exchange.settings;
        let now = settings.clock.now();
        let facts = Facts {
            session_id: SessionId::from_bytes(settings.random()?),
            person: settings.person(&subject)?,
            subject,
            started_at: now,
            authenticated_at: now,
            remembered: remember.is_some(),
            ends_at: now.plus(remember.unwrap_or(settings.policy.absolute())).min(Timestamp::LATEST),
        };
        self.exchange.load_all().await?;
        let mut state = self.exchange.open()?;
        let adoption = self.exchange.sign_in(&mut state, facts);
        self.facts = state.identity.current().cloned();
        Ok(adoption)
    }

    /// Gives the sign-in a new session id, as after a change of privileges. Times and data stay as they are.
    ///
    /// Returns whether anybody is signed in.
    ///
    /// # Errors
    /// [`SessionError::NoEntropy`], [`SessionError::HeadSent`].
    pub async fn renew(&mut self) -> Result<bool, SessionError> {
        self.renew_as_of(None).await
    }

    /// Records that the person has just proved again who they are ("log in again to continue"). It does the same as
    /// [`renew`](Self::renew), and [`authenticated_at`](Self::authenticated_at) becomes now. The session keeps its end, a
    /// remembered one too.
    ///
    /// Returns whether anybody is signed in.
    ///
    /// # Errors
    /// Those of [`renew`](Self::renew).
    pub async fn reauthenticate(&mut self) -> Result<bool, SessionError> {
        self.renew_as_of(Some(self.exchange.settings.clock.now())).await
    }

    #[expect(clippy::unused_async, reason = "a store is told of a new session id here")]
    async fn renew_as_of(&mut self, authenticated_at: Option<Timestamp>) -> Result<bool, SessionError> {
        let session_id = SessionId::from_bytes(self.exchange.settings.random()?);
        let mut state = self.exchange.open()?;
        let renewed = state.identity.renew(session_id, authenticated_at);
        self.facts = state.identity.current().cloned();
        Ok(renewed)
    }

    /// Deletes, **from this browser**, the identity, the data of the person's sessions, a guest's data beside it, and the
    /// messages. Sessions of the browser stay.
    ///
    /// It goes out whatever the response's status is, and even if other changes of the request do not.
    ///
    /// With a store it ends the sign-in: copies of its cookies, and of those that renewals made, are dead on this node at once
    /// and on every other within two seconds. If the store does not take that, the cookies go all the same, this node counts the
    /// sign-in as ended, and the response is [`SessionError::StillElsewhere`]. **Without a store** copies that were made before
    /// stay valid until the session's timeout, because nobody keeps a list of them.
    ///
    /// # Errors
    /// [`SessionError::HeadSent`].
    pub async fn sign_out(&mut self) -> Result<(), SessionError> {
        self.exchange.load_all().await?;
        let mut state = self.exchange.open()?;
        self.exchange.sign_out(&mut state);
        self.facts = None;
        Ok(())
    }

    /// Deletes, **from this browser**, everything that this layer keeps there: what [`sign_out`](Self::sign_out) deletes, and the
    /// sessions of the browser. It corresponds to Flask's `session.clear()`. A change after it starts anew and stays, also
    /// through a handle that was taken before.
    ///
    /// # Errors
    /// [`SessionError::HeadSent`].
    pub async fn clear_all(&mut self) -> Result<(), SessionError> {
        self.exchange.load_all().await?;
        self.exchange.clear_all(&mut *self.exchange.open()?);
        self.facts = None;
        Ok(())
    }

    /// A report on the request's cookie: for pages that show people their own cookies.
    pub fn report(&self) -> Option<Report> {
        let state = self.exchange.state();
        state.identity.brought().map(|accepted| Report::of_identity(&self.exchange.settings, accepted))
    }

    /// A report on the request's activity cookie; its `sealed_at` is the time at which activity was last written down.
    ///
    /// `None` until activity is first written down. Also `None` if there is neither an idle timeout nor a store: then there is no
    /// such cookie.
    pub fn activity_report(&self) -> Option<Report> {
        let state = self.exchange.state();
        let (settings, brought) = (&*self.exchange.settings, state.identity.brought()?);
        let accepted = idle::accept(state.request(settings), brought.claims.session_id);
        accepted.ok()?.map(|accepted| Report::of_activity(settings, &accepted))
    }
}

impl fmt::Debug for Identity {
    /// Never shows the subject.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("is_signed_in", &self.facts.is_some()).finish_non_exhaustive()
    }
}
