//! A report on a cookie, for the person who owns it.

use std::sync::Arc;

use super::data::live::AnyLive;
use super::identity::accept::Facts;
use super::request::Accepted;
use super::settings::{CookieUse, Settings};
use crate::token::{ActivityClaims, DataClaims, KeyId};
use crate::{Message, Timestamp};

/// Facts about a cookie that the request brought and that was accepted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Report {
    /// The cookie's full name.
    pub cookie: String,
    /// Octets of name and value together.
    pub octets: usize,
    /// The most octets that they may have.
    pub limit: usize,
    /// The key that sealed it.
    pub key_id: KeyId,
    /// The time of sealing.
    pub sealed_at: Timestamp,
    /// The start of the session in it; `None` for messages and activity.
    pub started_at: Option<Timestamp>,
    /// The number of times it was written since then; data only.
    pub generation: Option<u32>,
    /// True if it is a person's, and not a guest's; data only.
    pub is_owned: Option<bool>,
    /// Bytes of its record, if the data is in a store and the cookie points to it; data only.
    pub record: Option<usize>,
    /// Each field in it, and its bytes before sealing.
    pub fields: Vec<(String, usize)>,
}

impl Report {
    fn new<C>(settings: &Settings, sealed: &CookieUse, accepted: &Accepted<C>) -> Self {
        Self {
            cookie: sealed.name().into(),
            octets: accepted.octets,
            limit: settings.budget.octets(),
            key_id: accepted.key_id,
            sealed_at: accepted.sealed_at,
            started_at: None,
            generation: None,
            is_owned: None,
            record: None,
            fields: Vec::new(),
        }
    }

    pub(crate) fn of_data(
        settings: &Settings,
        accepted: &Accepted<DataClaims>,
        live: &dyn AnyLive,
        sealed: &CookieUse,
    ) -> Self {
        let claims = accepted.claims;
        Self {
            started_at: Some(claims.started_at),
            generation: Some(claims.generation),
            is_owned: Some(claims.owner.is_some()),
            record: accepted.row.as_deref().map(|row| row.octets),
            fields: live.sizes(),
            ..Self::new(settings, sealed, accepted)
        }
    }

    pub(crate) fn of_identity(settings: &Settings, accepted: &Accepted<Arc<Facts>>) -> Self {
        let facts = &accepted.claims;
        Self {
            started_at: Some(facts.started_at),
            fields: vec![
                ("session id".into(), facts.session_id.to_bytes().len()),
                ("person".into(), facts.person.to_bytes().len()),
                ("subject".into(), facts.subject.len()),
                ("times".into(), 3),
            ],
            ..Self::new(settings, &settings.identity, accepted)
        }
    }

    pub(crate) fn of_activity(settings: &Settings, accepted: &Accepted<ActivityClaims>) -> Self {
        let fields = vec![("session id".into(), accepted.claims.session_id.to_bytes().len())];
        Self { fields, ..Self::new(settings, &settings.activity, accepted) }
    }

    pub(crate) fn of_flash(settings: &Settings, accepted: &Accepted<()>) -> Self {
        let messages = Message::read_all(accepted.data()).unwrap_or_default();
        let fields = messages.iter().map(|(_, message)| (message.level.name().into(), message.text.len()));
        Self { fields: fields.collect(), ..Self::new(settings, &settings.flash, accepted) }
    }
}
