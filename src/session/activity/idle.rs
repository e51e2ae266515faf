//! The idle timeout, and the cookie with the last activity that it needs.

use crate::session::draft::Draft;
use crate::session::identity::accept::Facts;
use crate::session::request::{Accepted, Incoming, Request};
use crate::session::settings::{Event, Settings};
use crate::token::{ActivityClaims, Opened, SessionId};
use crate::{Refusal, RefusalClass, SKEW, Timestamp};

/// The last activity of a sign-in that an idle timeout holds for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Seen {
    session_id: SessionId,
    pub(crate) at: Timestamp,
    /// The activity that is written down already.
    before: Option<Timestamp>,
    /// True if this response must write it down.
    pub(crate) is_due: bool,
}

/// Applies the idle timeout to an identity that is accepted otherwise; `None` if there is no such timeout.
///
/// Unwritten activity counts from when the identity was sealed.
///
/// # Errors
/// [`Refusal::Idle`]; an unsettled refusal where the activity may yet be read later or elsewhere.
pub(crate) fn check(
    request: Request<'_>,
    facts: &Facts,
    sealed_at: Timestamp,
) -> Result<Option<Seen>, Refusal> {
    let settings = request.settings;
    let session_id = facts.session_id;
    let Some((idle, renew_after)) = settings.policy.idle_of(facts.remembered) else { return Ok(None) };
    let seen = match accept(request, session_id) {
        Ok(seen) => seen.map(|seen| seen.sealed_at),
        Err(refusal) if refusal.class() == RefusalClass::Unsettled => {
            // Left alone as long as the identity itself is young enough; later nobody can say.
            let seen = Seen { session_id, at: sealed_at, before: None, is_due: false };
            return if sealed_at.age_at(request.came) < idle { Ok(Some(seen)) } else { Err(refusal) };
        }
        Err(_) => None,
    };
    let ahead = seen.is_some_and(|at| at > request.came.plus(SKEW));
    if ahead {
        settings.event(&Event::ActivityFromFuture);
    }
    let at = seen.unwrap_or_default().max(sealed_at);
    let age = at.age_at(request.came);
    if age >= idle {
        return Err(Refusal::Idle);
    }
    let is_due = age >= renew_after || ahead || (seen.is_none() && request.brings(&settings.activity));
    // A clock that was ahead is corrected, or the session would not be idle before its time has come.
    Ok(Some(Seen { session_id, at, before: seen.filter(|_| !ahead), is_due }))
}

/// Opens the activity cookie: the activity of `session_id`; another session's is as if absent.
///
/// The clock that wrote it down may be ahead: the caller judges that, since it must not end a sign-in.
pub(crate) fn accept(request: Request<'_>, session_id: SessionId) -> Incoming<ActivityClaims> {
    let check = |_: Request<'_>, opened: &Opened, _| {
        ActivityClaims::read(opened.plain()).map(|claims| (claims, opened.plain().len()))
    };
    let mut best: Option<Accepted<ActivityClaims>> = None;
    let refused = request.open(&request.settings.activity, check, |next| {
        let is_newer = best.as_ref().is_none_or(|best| best.sealed_at < next.sealed_at);
        if next.claims.session_id == session_id && is_newer {
            best = Some(next);
        }
        Ok(())
    });
    match best {
        None => refused.map(|()| None),
        best => Ok(best),
    }
}

impl Seen {
    /// The draft of the activity cookie; its Max-Age is its identity's.
    pub(crate) fn draft(self, settings: &Settings, goes: Timestamp, facts: &Facts) -> Draft {
        let claims = ActivityClaims { session_id: self.session_id };
        Draft::new(&settings.activity, goes, self.before, |_, plain| claims.write(plain))
            .kept_until(facts.kept_until())
    }
}
