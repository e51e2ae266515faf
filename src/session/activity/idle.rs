//! The last activity, the cookie that carries it, and the idle timeout that it puts off.

use crate::session::draft::Draft;
use crate::session::identity::accept::Facts;
use crate::session::request::{Accepted, Incoming, Request};
use crate::session::settings::{Event, Settings};
use crate::token::{ActivityClaims, Opened, PersonId, SessionId};
use crate::{Refusal, SKEW, Timestamp};

/// The last activity of a sign-in, where an idle timeout or a list of sign-ins asks for it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Seen {
    session_id: SessionId,
    person: PersonId,
    pub(crate) at: Timestamp,
    /// The activity that the cookie has already.
    before: Option<Timestamp>,
    /// True if this response must write the activity down.
    pub(crate) is_due: bool,
}

/// The activity that the activity cookie states.
pub(crate) type Written = Result<Option<Timestamp>, Refusal>;

/// A sign-in that its idle timeout ended, or may have ended.
pub(crate) struct LeftAlone {
    pub(crate) refusal: Refusal,
    /// True if the store may know of later activity, and was not asked lately.
    pub(crate) may_be_known: bool,
}

/// Opens the activity cookie; `None` if nothing needs it: no idle timeout holds, and no list of sign-ins lacks this activity.
pub(crate) fn written(request: Request<'_>, facts: &Facts, sealed_at: Timestamp) -> Option<Written> {
    let (settings, came) = (request.settings, request.came);
    if settings.policy.idle_of(facts.remembered).is_none() {
        let (register, renew_after) =
            (settings.register.as_ref()?, settings.policy.renew_after_of(facts.remembered));
        let is_new = sealed_at.age_at(came) < renew_after;
        if is_new || register.activity().is_noted(facts.session_id, came, renew_after) {
            return None;
        }
    }
    Some(accept(request, facts.session_id).map(|seen| seen.map(|seen| seen.sealed_at)))
}

/// Applies the idle timeout to an identity that is otherwise accepted, by the activity in its activity cookie.
///
/// As long as no activity is written down, the time at which the identity was sealed counts.
///
/// # Errors
/// [`Refusal::Idle`]; an unsettled refusal if the activity may yet be read later or elsewhere.
pub(crate) fn check(
    request: Request<'_>,
    facts: &Facts,
    sealed_at: Timestamp,
    written: Written,
) -> Result<Seen, LeftAlone> {
    let settings = request.settings;
    let Facts { session_id, person, remembered, .. } = *facts;
    let (seen, unread) = match written {
        Ok(seen) => (seen, None),
        Err(refusal) => (None, refusal.is_unsettled().then_some(refusal)),
    };
    let ahead = seen.is_some_and(|at| at > request.came.plus(SKEW));
    if ahead {
        settings.event(&Event::ActivityFromFuture);
    }
    let mut at = seen.unwrap_or_default().max(sealed_at);
    let age = at.age_at(request.came);
    let idle = settings.policy.idle_of(remembered);
    let is_over = |at: Timestamp| idle.is_some_and(|idle| at.age_at(request.came) >= idle);
    if is_over(at) {
        let known = settings.register.as_ref().map(|it| it.activity().last_seen(session_id, request.came));
        at = at.max(known.unwrap_or_default().at);
        if is_over(at) {
            let may_be_known = known.is_some_and(|known| !known.is_certain);
            let refusal = if may_be_known { Refusal::EndsUnknown } else { Refusal::Idle };
            return Err(LeftAlone { refusal: unread.unwrap_or(refusal), may_be_known });
        }
    }
    let renew_after = settings.policy.renew_after_of(remembered);
    let is_late = age >= renew_after;
    if let Some(register) = settings.register.as_ref().filter(|_| idle.is_none() && !is_late && !ahead) {
        // The cookie says that the store was told: for a while it need not be opened again.
        register.activity().remember(session_id, at);
    }
    let is_due =
        unread.is_none() && (is_late || ahead || (seen.is_none() && request.brings(&settings.activity)));
    // The time of a clock that was ahead is corrected: otherwise the session could not go idle before that time has come.
    Ok(Seen { session_id, person, at, before: seen.filter(|_| !ahead), is_due })
}

/// Opens the activity cookie. It returns the activity of `session_id`; that of another session counts as absent.
///
/// The clock that wrote it may have been ahead. The caller judges that, since it must not end a sign-in.
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
    /// Writes the activity down: the draft of the activity cookie, with the Max-Age of its identity, and a note for the store.
    pub(crate) fn write(self, settings: &Settings, goes: Timestamp, facts: &Facts) -> Draft {
        if let Some(register) = &settings.register {
            let renew_after = settings.policy.renew_after_of(facts.remembered);
            register.activity().note(self.session_id, self.person, goes, renew_after);
        }
        let claims = ActivityClaims { session_id: self.session_id };
        Draft::new(&settings.activity, goes, self.before, |_, plain| claims.write(plain))
            .kept_until(facts.kept_until())
    }
}
