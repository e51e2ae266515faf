//! The identity cookie, opened and checked against the policy.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::session::Policy;
use crate::session::request::{Accepted, Incoming, Request, check_cut_off};
use crate::session::settings::CookieUse;
use crate::token::{IdentityClaims, Opened, PersonId, SessionId, Unopened};
use crate::{Refusal, Timestamp};

/// Facts of a sign-in.
pub(crate) struct Facts {
    pub(crate) session_id: SessionId,
    pub(crate) person: PersonId,
    pub(crate) subject: String,
    pub(crate) started_at: Timestamp,
    pub(crate) authenticated_at: Timestamp,
    pub(crate) remembered: bool,
    pub(crate) ends_at: Timestamp,
}

impl Facts {
    /// The end of the sign-in, active or not.
    pub(crate) fn end(&self, policy: Policy) -> Timestamp {
        policy.end_of(self.started_at, self.remembered, self.ends_at)
    }

    /// The time until which the browser keeps the cookies of somebody who asked to be remembered.
    pub(crate) fn kept_until(&self) -> Option<Timestamp> {
        self.remembered.then_some(self.ends_at)
    }
}

/// A sign-in that a request brought, whatever has happened to it since.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brought {
    pub(crate) session_id: SessionId,
    pub(crate) person: PersonId,
    pub(crate) ends_at: Timestamp,
}

/// The findings of opening the identity cookie, beside its result.
#[derive(Default)]
pub(super) struct Found {
    /// The person whose sign-in is over: only by a timeout, or since it was ended.
    pub(super) lapsed: Option<PersonId>,
    /// True if there was an event.
    pub(super) is_told: bool,
    /// All sign-ins that opened, if there is a store to end them in.
    pub(super) brought: SmallVec<[Brought; 1]>,
}

/// Opens the identity cookie.
pub(super) fn identity(request: Request<'_>, found: &mut Found) -> Incoming<Arc<Facts>> {
    let policy = request.settings.policy;
    let mut best: Option<Accepted<Arc<Facts>>> = None;
    let refused = request.open(&request.settings.identity, facts, |next| {
        let Facts { session_id, person, ends_at, .. } = *next.claims;
        if request.settings.register.is_some() {
            found.brought.push(Brought { session_id, person, ends_at });
        }
        if next.claims.end(policy) <= request.came {
            found.lapsed = Some(person);
            return Err(Refusal::TimedOut);
        }
        let ends = request.settings.check_ends(session_id, person, next.sealed_at, request.came);
        ends.inspect_err(|refusal| found.lapsed = (!refusal.is_unsettled()).then_some(person))?;
        match &best {
            Some(best) if best.claims.session_id != next.claims.session_id => return Err(Refusal::Conflict),
            Some(best) if best.sealed_at >= next.sealed_at => {}
            _ => best = Some(next),
        }
        Ok(())
    });
    found.is_told = refused.is_err();
    match (best, refused) {
        (_, Err(Refusal::Conflict)) => Err(Refusal::Conflict),
        (None, Err(refusal)) => Err(refusal),
        (best, _) => Ok(best),
    }
}

/// The session id in an identity cookie's value.
pub(crate) fn session_id(request: Request<'_>, from: &CookieUse, value: &[u8]) -> Result<SessionId, Refusal> {
    let (token, now) = (Unopened::parse(value)?, request.settings.clock.now());
    let opened = request.settings.keyring.open_of_any_clock(token, &from.aad, now)?.0;
    Ok(IdentityClaims::read(opened.sealed_at(), opened.plain())?.session_id)
}

fn facts(
    request: Request<'_>,
    opened: &Opened,
    cut_off: Option<Timestamp>,
) -> Result<(Arc<Facts>, usize), Refusal> {
    request.check_clock(opened)?;
    let claims = IdentityClaims::read(opened.sealed_at(), opened.plain())?;
    check_cut_off(claims.started_at, cut_off)?;
    let facts = Facts {
        session_id: claims.session_id,
        person: claims.person,
        subject: claims.subject.into(),
        started_at: claims.started_at,
        authenticated_at: claims.authenticated_at,
        remembered: claims.remembered,
        ends_at: claims.ends_at,
    };
    Ok((Arc::new(facts), opened.plain().len()))
}
