//! The cookies of a request, opened and held against the policy.

use std::sync::Arc;

use http::HeaderValue;

use super::few::Few;
use super::settings::{CookieUse, DataUse, Settings};
use crate::cookie::{self, Cookie};
use crate::keyring::Keyring;
use crate::token::{ActivityClaims, DataClaims, IdentityClaims, Opened, SessionId, Unopened};
use crate::{Message, Refusal, RefusalClass, Timestamp};

/// The `Cookie` fields of a request: nearly always one.
#[derive(Default)]
pub(crate) struct Fields(Few<HeaderValue>);

impl Fields {
    pub(crate) fn of(headers: &http::HeaderMap) -> Self {
        Self(headers.get_all(http::header::COOKIE).iter().cloned().collect())
    }

    fn bytes(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(HeaderValue::as_bytes)
    }

    /// True if the browser sent anything under the cookie's name.
    pub(crate) fn bring(&self, cookie: &Cookie) -> bool {
        cookie::values(self.bytes(), cookie.name().as_bytes()).next().is_some()
    }
}

/// Facts of a sign-in.
pub(crate) struct Facts {
    pub(crate) session_id: SessionId,
    pub(crate) subject: String,
    pub(crate) started_at: Timestamp,
    pub(crate) authenticated_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
}

/// An accepted token, and where its data begins.
#[derive(Clone)]
pub(crate) struct Accepted<C> {
    pub(crate) claims: C,
    pub(crate) opened: Opened,
    pub(crate) data_start: usize,
    /// Octets of the cookie's name and value.
    pub(crate) octets: usize,
}

impl<C> Accepted<C> {
    pub(crate) fn data(&self) -> &[u8] {
        self.opened.plain().get(self.data_start..).unwrap_or_default()
    }
}

/// The result of one cookie name: nothing, a refusal, or one accepted token.
pub(crate) type Incoming<C> = Result<Option<Accepted<C>>, Refusal>;

/// Opens the identity cookie; `lapsed` becomes the identity that a timeout alone refused.
pub(crate) fn identity(
    settings: &Settings,
    fields: &Fields,
    now: Timestamp,
    lapsed: &mut Option<Arc<Facts>>,
) -> Incoming<Arc<Facts>> {
    let check = |settings: &Settings, opened: &Opened, now| {
        let facts = Arc::new(check_identity(settings, opened, now)?);
        if settings.policy.end_of(facts.started_at, facts.expires_at) <= now {
            *lapsed = Some(facts);
            return Err(Refusal::TimedOut);
        }
        Ok(Some((facts, opened.plain().len())))
    };
    open_all(settings, fields, now, &settings.identity, check, |best, next| {
        (best.claims.session_id == next.claims.session_id)
            .then(|| best.opened.sealed_at() < next.opened.sealed_at())
    })
}

/// The session id in an identity cookie's value.
pub(crate) fn identity_id(settings: &Settings, value: &[u8], now: Timestamp) -> Result<SessionId, Refusal> {
    let (token, aad) = (Unopened::parse(value)?, &settings.identity.aad);
    let opened = settings.keyring.open_of_any_clock(token, aad, now)?;
    Ok(IdentityClaims::read(opened.sealed_at(), opened.plain())?.session_id)
}

/// Opens a data cookie; `owner` says whether data of this owner may be seen.
///
/// Data of another owner is as if absent. Owned data comes before anonymous data, which anybody could have.
pub(crate) fn data(
    settings: &Settings,
    fields: &Fields,
    now: Timestamp,
    data: &DataUse,
    mut owner: impl FnMut(SessionId) -> Result<bool, Refusal>,
) -> Incoming<DataClaims> {
    let check = |settings: &Settings, opened: &Opened, now| {
        let accepted = check_data(settings, opened, now)?;
        match accepted.0.owner {
            Some(id) if !owner(id)? => Ok(None),
            _ => Ok(Some(accepted)),
        }
    };
    open_all(settings, fields, now, &data.sealed, check, |best, next| {
        let rank = |token: &Accepted<DataClaims>| {
            (token.claims.owner.is_some(), token.opened.sealed_at(), token.claims.generation)
        };
        Some(rank(best) < rank(next))
    })
}

/// Opens the activity cookie: the activity of `session_id`; another session's is as if absent.
///
/// The clock that wrote it down may be ahead: the caller judges that, since it must not end a sign-in.
pub(crate) fn activity(
    settings: &Settings,
    fields: &Fields,
    now: Timestamp,
    session_id: SessionId,
) -> Incoming<ActivityClaims> {
    let check = |_: &Settings, opened: &Opened, _| {
        let claims = ActivityClaims::read(opened.plain())?;
        Ok((claims.session_id == session_id).then_some((claims, opened.plain().len())))
    };
    open_all(settings, fields, now, &settings.activity, check, |best, next| {
        Some(best.opened.sealed_at() < next.opened.sealed_at())
    })
}

/// Opens the flash cookie.
pub(crate) fn flash(settings: &Settings, fields: &Fields, now: Timestamp) -> Incoming<Vec<Message>> {
    open_all(settings, fields, now, &settings.flash, check_flash, |best, next| {
        Some(best.opened.sealed_at() < next.opened.sealed_at())
    })
}

/// Opens each candidate at most once and keeps the best; `newer(best, next)` is `None` if the two conflict.
fn open_all<C>(
    settings: &Settings,
    fields: &Fields,
    now: Timestamp,
    sealed: &CookieUse,
    mut check: impl FnMut(&Settings, &Opened, Timestamp) -> Result<Option<(C, usize)>, Refusal>,
    newer: impl Fn(&Accepted<C>, &Accepted<C>) -> Option<bool>,
) -> Incoming<C> {
    let name = sealed.cookie.name();
    let candidates = cookie::candidates(fields.bytes(), name.as_bytes())
        .inspect_err(|&refusal| settings.refused(&sealed.cookie, refusal))?;
    let mut best: Option<Accepted<C>> = None;
    let mut refused: Option<Refusal> = None;
    for text in candidates.as_slice() {
        match open_one(settings, sealed, text, now, &mut check) {
            Ok(None) => {}
            Ok(Some(next)) => match best.as_ref().map(|best| newer(best, &next)) {
                None | Some(Some(true)) => best = Some(next),
                Some(Some(false)) => {}
                Some(None) => return Err(report(settings, &sealed.cookie, Refusal::Conflict)),
            },
            Err(refusal) => {
                report(settings, &sealed.cookie, refusal);
                // A token that may yet be accepted decides what a write may do.
                if refused.is_none_or(|earlier| earlier.class() == RefusalClass::Dead) {
                    refused = Some(refusal);
                }
            }
        }
    }
    match (best, refused) {
        (None, Some(refusal)) => Err(refusal),
        (best, _) => Ok(best),
    }
}

/// Makes one AEAD call at most.
fn open_one<C>(
    settings: &Settings,
    sealed: &CookieUse,
    text: &[u8],
    now: Timestamp,
    check: &mut impl FnMut(&Settings, &Opened, Timestamp) -> Result<Option<(C, usize)>, Refusal>,
) -> Result<Option<Accepted<C>>, Refusal> {
    let token = Unopened::parse(text)?;
    let opened = settings.keyring.open_of_any_clock(token, &sealed.aad, now)?;
    let octets = sealed.cookie.name().len() + text.len();
    let checked = check(settings, &opened, now)?;
    Ok(checked.map(|(claims, data_start)| Accepted { claims, opened, data_start, octets }))
}

fn report(settings: &Settings, cookie: &Cookie, refusal: Refusal) -> Refusal {
    settings.refused(cookie, refusal);
    refusal
}

fn check_identity(settings: &Settings, opened: &Opened, now: Timestamp) -> Result<Facts, Refusal> {
    check_clock(opened, now)?;
    let claims = IdentityClaims::read(opened.sealed_at(), opened.plain())?;
    check_cut_off(settings, claims.started_at)?;
    Ok(Facts {
        session_id: claims.session_id,
        subject: claims.subject.into(),
        started_at: claims.started_at,
        authenticated_at: claims.authenticated_at,
        expires_at: claims.expires_at,
    })
}

fn check_data(settings: &Settings, opened: &Opened, now: Timestamp) -> Result<(DataClaims, usize), Refusal> {
    check_clock(opened, now)?;
    let (claims, data) = DataClaims::read(opened.sealed_at(), opened.plain())?;
    check_cut_off(settings, claims.started_at)?;
    // Owned data lasts as long as its owner's sign-in.
    if claims.owner.is_none() && settings.policy.end_of(claims.started_at, None) <= now {
        return Err(Refusal::TimedOut);
    }
    Ok((claims, opened.plain().len() - data.len()))
}

fn check_flash(
    _: &Settings,
    opened: &Opened,
    now: Timestamp,
) -> Result<Option<(Vec<Message>, usize)>, Refusal> {
    check_clock(opened, now)?;
    if opened.sealed_at().age_at(now) >= FLASH_TIMEOUT {
        return Err(Refusal::TimedOut);
    }
    Ok(Some((Message::read_all(opened.plain())?, opened.plain().len())))
}

/// The sealing node's clock may be ahead by the skew, and no more.
fn check_clock(opened: &Opened, now: Timestamp) -> Result<(), Refusal> {
    if opened.is_from_future(now) { Err(Refusal::FromFuture) } else { Ok(()) }
}

/// The ring's cut-off for stolen sessions.
fn check_cut_off(settings: &Settings, started_at: Timestamp) -> Result<(), Refusal> {
    let cut_off = settings.keyring.with(Keyring::sessions_dead_before);
    if cut_off.is_some_and(|cut| started_at < cut) { Err(Refusal::SessionsDead) } else { Ok(()) }
}

/// Seconds for which an unshown message is kept: an hour.
const FLASH_TIMEOUT: u64 = 60 * 60;
