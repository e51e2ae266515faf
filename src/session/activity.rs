//! The last activity of a person: a cookie of its own, so that a read never rewrites anything else.

use http::HeaderValue;

use super::SessionError;
use super::draft::Draft;
use super::incoming::{self, Accepted, Facts, Fields};
use super::settings::{Event, Settings};
use crate::token::{ActivityClaims, Plaintext, SessionId};
use crate::{Refusal, RefusalClass, Timestamp};

/// The last activity of a sign-in that an idle timeout holds for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Seen {
    pub(super) at: Timestamp,
    /// The write that is due, if any.
    pub(super) due: Option<Due>,
}

/// A pending write of the activity, by this response.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Due {
    session_id: SessionId,
    /// The activity that is written down already.
    before: Option<Timestamp>,
}

/// Applies the idle timeout to an identity that is accepted otherwise; `None` if there is no such timeout.
///
/// Unwritten activity counts from when the identity was sealed.
///
/// # Errors
/// [`Refusal::Idle`]; an unsettled refusal where the activity may yet be read later or elsewhere.
pub(super) fn check(
    settings: &Settings,
    fields: &Fields,
    now: Timestamp,
    identity: &Accepted<std::sync::Arc<Facts>>,
) -> Result<Option<Seen>, Refusal> {
    let (facts, sealed_at) = (&identity.claims, identity.opened.sealed_at());
    let Some((idle, renew_after)) = settings.policy.idle_of(facts.expires_at) else { return Ok(None) };
    let seen = match incoming::activity(settings, fields, now, facts.session_id) {
        Ok(seen) => seen.map(|seen| seen.opened),
        Err(refusal) if refusal.class() == RefusalClass::Unsettled => {
            // Left alone as long as the identity itself is young enough; later nobody can say.
            let seen = Seen { at: sealed_at, due: None };
            return if sealed_at.age_at(now) < idle { Ok(Some(seen)) } else { Err(refusal) };
        }
        Err(_) => None,
    };
    let ahead = seen.as_ref().is_some_and(|seen| seen.is_from_future(now));
    let seen = seen.map(|seen| seen.sealed_at());
    if ahead {
        settings.observer.event(&Event::ActivityFromFuture);
    }
    let at = seen.unwrap_or_default().max(sealed_at);
    let age = at.age_at(now);
    if age >= idle {
        return Err(Refusal::Idle);
    }
    let due = age >= renew_after || ahead || (seen.is_none() && fields.bring(&settings.activity.cookie));
    // A clock that was ahead is corrected, or the session would not be idle before its time has come.
    let before = seen.filter(|_| !ahead);
    let due = due.then_some(Due { session_id: facts.session_id, before });
    Ok(Some(Seen { at, due }))
}

impl Due {
    pub(super) fn field(self, settings: &Settings) -> Result<HeaderValue, SessionError> {
        let mut plain = Plaintext::with_capacity(64);
        ActivityClaims { session_id: self.session_id }.write(&mut plain);
        let now = settings.clock.now();
        let sealed_at = self.before.map_or(now, |before| before.max(now));
        let len = plain.len();
        Draft::new(&settings.activity, plain, len, sealed_at).seal(settings, settings.random()?)
    }
}
