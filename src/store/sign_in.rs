//! Sign-ins as a store keeps them, and its account of their ends.

use crate::Timestamp;
use crate::token::{PersonId, SessionId};

/// A sign-in that lives. All times are the store's, except its start.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SignInRow {
    /// The session id of its identity.
    pub id: SessionId,
    /// The first sign-in that it goes on from, through any number of renewals; itself, if it was never renewed.
    pub first: SessionId,
    /// The start of the sign-in.
    pub started_at: Timestamp,
    /// The time at which its identity was sealed.
    pub sealed_at: Timestamp,
    /// The last activity that was noted.
    pub seen_at: Timestamp,
    /// The application's label, sealed; empty if there is none.
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
    /// Everything sealed at or before this time is dead.
    pub at: Timestamp,
    /// The time from which nothing that was sealed before it can be alive anyway, by the store's clock.
    pub until: Timestamp,
}

/// The ends since a mark, in pages of some thousands.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Feed {
    /// The place to continue from: bytes that only this store reads.
    pub mark: Vec<u8>,
    /// True if the feed does not go on from the mark that was asked for, but starts from the beginning.
    pub is_anew: bool,
    /// True if there is more already.
    pub has_more: bool,
    /// Sign-ins.
    pub ended: Vec<Ended>,
    /// Cut-offs; for a person with several, the last one counts.
    pub cut_offs: Vec<CutOff>,
}
