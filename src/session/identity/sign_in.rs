//! A sign-in in a list.

use super::label;
use crate::Timestamp;
use crate::session::settings::Settings;
use crate::sign_ins::SignInKey;
use crate::store::SignInRow;
use crate::token::{PersonId, SessionId};

/// A living sign-in, as a page with somebody's devices shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SignIn {
    /// Its name, for [`Identity::end`](crate::Identity::end).
    pub key: SignInKey,
    /// Its start.
    pub started_at: Timestamp,
    /// The last activity that was written down, by the store's clock.
    pub seen_at: Timestamp,
    /// The application's [label](crate::Identity::label); `None` if it has none, or if the label's key is gone.
    pub label: Option<String>,
    /// True for the sign-in that asks.
    pub is_this: bool,
}

impl SignIn {
    /// Makes one entry of a sign-in and all its renewals, however many tabs renewed it. The newest activity comes first.
    pub(super) fn all(
        settings: &Settings,
        mut rows: Vec<SignInRow>,
        person: PersonId,
        own: Option<SessionId>,
    ) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::with_capacity(rows.len());
        // The newest of a sign-in and its renewals has the label.
        rows.sort_by_key(|row| core::cmp::Reverse(row.sealed_at));
        for row in rows {
            let key = SignInKey { person, first: row.first };
            let is_this = Some(row.id) == own;
            match all.iter_mut().find(|it| it.key == key) {
                Some(it) => {
                    it.seen_at = it.seen_at.max(row.seen_at);
                    it.is_this |= is_this;
                }
                None => {
                    let SignInRow { started_at, seen_at, .. } = row;
                    let label = Some(&row.label).filter(|label| !label.is_empty());
                    let label = label.and_then(|sealed| label::open(settings, person, sealed));
                    all.push(Self { key, started_at, seen_at, label, is_this });
                }
            }
        }
        all.sort_by_key(|it| (!it.is_this, core::cmp::Reverse(it.seen_at)));
        all
    }
}
