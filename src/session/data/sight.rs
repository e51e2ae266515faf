//! The tokens under one name of a session's data.

use smallvec::SmallVec;

use crate::session::request::{Accepted, Request, check_cut_off};
use crate::session::settings::{CookieUse, DataUse};
use crate::token::{DataClaims, Opened, PersonId};
use crate::{Refusal, Timestamp};

/// The tokens under one name, each opened once in a request.
#[derive(Default)]
pub(crate) struct Sight {
    is_read: bool,
    accepted: SmallVec<[Accepted<DataClaims>; 1]>,
    refused: Option<Refusal>,
    /// True once there was an event of it: one is enough in a request.
    is_told: bool,
}

impl Sight {
    /// Opens what the request brought, once.
    pub(crate) fn read(
        &mut self,
        request: Request<'_>,
        from: &CookieUse,
        check: impl Fn(&DataClaims, Timestamp, Option<Timestamp>) -> Result<(), Refusal>,
    ) {
        if std::mem::replace(&mut self.is_read, true) {
            return;
        }
        let claims = |request: Request<'_>, opened: &Opened, cut_off: Option<Timestamp>| {
            request.check_clock(opened)?;
            let (claims, data) = DataClaims::read(opened.sealed_at(), opened.plain())?;
            check(&claims, opened.sealed_at(), cut_off)?;
            Ok((claims, opened.plain().len() - data.len()))
        };
        let opened = request.open(from, claims, |next| {
            self.accepted.push(next);
            Ok(())
        });
        self.is_told = opened.is_err();
        self.refused = opened.err();
    }

    /// An event of data that cannot be used, unless there was one of this name.
    pub(crate) fn tell(&mut self, request: Request<'_>, cookie: &CookieUse, refusal: Refusal) {
        if !std::mem::replace(&mut self.is_told, true) {
            request.settings.refused(cookie, refusal);
        }
    }

    /// The owner's token: of several the one sealed last, then the one written most often, then the first. Another
    /// owner's is as if absent.
    pub(crate) fn of(&self, owner: Option<PersonId>) -> Option<&Accepted<DataClaims>> {
        self.accepted
            .iter()
            .filter(|it| it.claims.owner == owner)
            .rev()
            .max_by_key(|it| (it.sealed_at, it.claims.generation))
    }

    /// Like [`of`](Self::of), but nothing at all is an error if it was refused.
    pub(crate) fn find(&self, owner: Option<PersonId>) -> Result<bool, Refusal> {
        match (self.accepted.iter().any(|it| it.claims.owner == owner), self.refused) {
            (false, Some(refusal)) => Err(refusal),
            (found, _) => Ok(found),
        }
    }

    pub(crate) const fn refused(&self) -> Option<Refusal> {
        self.refused
    }

    pub(crate) fn is_any(&self, owned: impl Fn(PersonId) -> bool) -> bool {
        self.accepted.iter().any(|it| it.claims.owner.is_some_and(&owned))
    }

    /// Drops an owner's tokens, whose data cannot be used.
    pub(crate) fn refuse(&mut self, owner: Option<PersonId>, refusal: Refusal) {
        self.accepted.retain(|it| it.claims.owner != owner);
        self.refused = Some(refusal);
    }
}

/// A guest's data ends so long after its start, and the browser's so long after its last write.
pub(crate) fn check_guest(
    request: Request<'_>,
    data: &DataUse,
    claims: &DataClaims,
    sealed_at: Timestamp,
    cut_off: Option<Timestamp>,
) -> Result<(), Refusal> {
    let is_browsers = data.own.is_none();
    check_cut_off(sealed_at, cut_off.filter(|_| !is_browsers))?;
    let from = if is_browsers { sealed_at } else { claims.started_at };
    let is_over = data.lifetime.is_some_and(|seconds| from.plus(seconds) <= request.came);
    if is_over { Err(Refusal::TimedOut) } else { Ok(()) }
}
