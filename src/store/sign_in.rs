//! Sign-ins as a store keeps them, and what it tells of their ends.

use crate::Timestamp;
use crate::token::{PersonId, SessionId};

/// A sign-in that lives. All times are the store's, but for its start.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignInRow {
    /// The session id of its identity.
    pub id: SessionId,
    /// The sign-in that it goes on from, through however many renewals; itself, if it was never renewed.
    pub first: SessionId,
    /// The start of the sign-in.
    pub started_at: Timestamp,
    /// The time at which its identity was sealed.
    pub sealed_at: Timestamp,
    /// The last activity that was written down.
    pub seen_at: Timestamp,
    /// What the application calls it, sealed; empty if it has no name.
    pub label: Vec<u8>,
}

/// A sign-in that ended, or will in a few seconds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Ended {
    /// The session id of its identity.
    pub id: SessionId,
    /// The time from which it is dead, by the store's clock.
    pub at: Timestamp,
    /// The time from which no token of it can be alive anyway, by the store's clock.
    pub until: Timestamp,
}

/// The end of all sign-ins of a person.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CutOff {
    /// Whose sign-ins ended.
    pub person: PersonId,
    /// What was sealed at or before this is dead.
    pub at: Timestamp,
    /// The time from which nothing that was sealed before it can be alive anyway, by the store's clock.
    pub until: Timestamp,
}

/// What ended, in pages of some thousands.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Feed {
    /// The place to go on from: bytes that only this store reads.
    pub mark: Vec<u8>,
    /// True if it does not go on from the mark that was asked for, but from the beginning.
    pub is_anew: bool,
    /// True if there is more already.
    pub has_more: bool,
    /// Sign-ins.
    pub ended: Vec<Ended>,
    /// Cut-offs; of a person with several the last counts.
    pub cut_offs: Vec<CutOff>,
}
