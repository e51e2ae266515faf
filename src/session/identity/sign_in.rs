//! A sign-in in a list.

use crate::Timestamp;
use crate::sign_ins::SignInKey;
use crate::store::SignInRow;
use crate::token::{PersonId, SessionId};

/// A sign-in that lives, as a page with somebody's devices shows it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct SignIn {
    /// Its name: for [`Identity::end`](crate::Identity::end).
    pub key: SignInKey,
    /// Its start.
    pub started_at: Timestamp,
    /// The last activity that was written down, by the store's clock.
    pub seen_at: Timestamp,
    /// True of the one that asks.
    pub is_this: bool,
}

impl SignIn {
    /// What goes on from one sign-in is one, whatever number of tabs renewed it. The newest activity comes first.
    pub(super) fn all(rows: Vec<SignInRow>, person: PersonId, own: Option<SessionId>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::with_capacity(rows.len());
        for row in rows {
            let key = SignInKey { person, first: row.first };
            let is_this = Some(row.id) == own;
            match all.iter_mut().find(|it| it.key == key) {
                Some(it) => {
                    it.seen_at = it.seen_at.max(row.seen_at);
                    it.is_this |= is_this;
                }
                None => all.push(Self { key, started_at: row.started_at, seen_at: row.seen_at, is_this }),
            }
        }
        all.sort_by_key(|it| (!it.is_this, core::cmp::Reverse(it.seen_at)));
        all
    }
}
