//! The operations that a store is asked to carry out.

use super::record::Record;
use super::sign_in::{CutOff, Ended};
use crate::Timestamp;
use crate::token::{PersonId, RecordId, SessionId};

/// One operation of a response.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Op {
    /// Makes a record; a conflict if the id is taken.
    Insert {
        /// The new record's name.
        id: RecordId,
        /// The person whose record it is, so that all records of one person can be found; none for a guest's.
        owner: Option<PersonId>,
        /// Seconds to live.
        lifetime: u64,
        /// The sealed record.
        record: Record,
    },
    /// Replaces version `was`; a conflict if the record is gone or has another version.
    Replace {
        /// The record's name.
        id: RecordId,
        /// The version that is replaced.
        was: u32,
        /// The person whose record it is now.
        owner: Option<PersonId>,
        /// Seconds to live, from now.
        lifetime: u64,
        /// The sealed record.
        record: Record,
    },
    /// Removes a record if it is this owner's, whatever its version. Another owner's record stays. Neither that nor a missing
    /// record is a conflict.
    Remove {
        /// The record's name.
        id: RecordId,
        /// The person whose record it must be; none for a guest's.
        owner: Option<PersonId>,
    },
    /// Enters a sign-in. Its identity is sealed at the time that is answered: by the store's clock, and later than the person's
    /// cut-off.
    ///
    /// A conflict if there is, or was, a sign-in with this id; if the sign-in that it renews has ended by now, or was sealed at
    /// or before the cut-off; or if the time would be more than [`Op::MOST_AHEAD`] seconds after the store's.
    Enter {
        /// The session id of the identity, a new one.
        id: SessionId,
        /// Whose sign-in it is.
        person: PersonId,
        /// The sign-in that it goes on from, and the time at which the identity that the browser brought was sealed. If the store
        /// has no row of it, it counts as alive. It is ended [`Op::GRACE`] seconds later. The new identity is never sealed before
        /// the one that it renews.
        renews: Option<(SessionId, Timestamp)>,
        /// Ends all other sign-ins of the person: a cut-off before this one, with so many seconds to live.
        cuts_off: Option<u64>,
        /// The start of the sign-in.
        started_at: Timestamp,
        /// Seconds to live.
        lifetime: u64,
        /// The application's label, sealed; none keeps the label of the sign-in that it renews.
        label: Option<Vec<u8>>,
    },
    /// Ends a sign-in that a browser brought, and all that go on from the same first one. If the store has no row of it, the
    /// store notes that it ended. Never a conflict.
    End {
        /// The session id of the identity.
        id: SessionId,
        /// Whose sign-in it is.
        person: PersonId,
        /// Seconds that it had left to live.
        lifetime: u64,
    },
    /// Ends the living sign-ins of a person that go on from this one, itself included; a conflict if none lives.
    EndFirst {
        /// The session id of the first of them.
        first: SessionId,
        /// Whose sign-ins they are: those of others stay.
        person: PersonId,
    },
    /// Ends all sign-ins of a person, also those that the store has no row of: everything sealed until now is dead. A cut-off is
    /// later than the one before, and not before any sign-in that was entered. A conflict as with [`Enter`](Self::Enter).
    CutOff {
        /// Whose sign-ins end.
        person: PersonId,
        /// Seconds until nothing that was sealed before it can be alive.
        lifetime: u64,
    },
    /// Does the same as [`CutOff`](Self::CutOff), and removes the person's records and the rows of their sign-ins.
    Erase {
        /// The person who is forgotten.
        person: PersonId,
        /// Seconds until nothing that was sealed before it can be alive.
        lifetime: u64,
    },
    /// Notes that the person was active, if the sign-in lives. Never a conflict.
    Seen {
        /// The session id of the identity.
        id: SessionId,
        /// Whose sign-in it is.
        person: PersonId,
        /// Seconds since then.
        ago: u64,
    },
    /// Changes the label of a sign-in that lives. Never a conflict.
    Label {
        /// The session id of the identity.
        id: SessionId,
        /// Whose sign-in it is.
        person: PersonId,
        /// The application's label, sealed.
        label: Vec<u8>,
    },
    /// Puts back ends that a node knows of and the store has lost. Never a conflict, and nothing lives longer for it.
    PutBack {
        /// Sign-ins that ended.
        ended: Vec<Ended>,
        /// Cut-offs.
        cut_offs: Vec<CutOff>,
    },
}

impl Op {
    /// The most seconds after the store's time at which an identity may be sealed because its person was cut off: 30.
    pub const MOST_AHEAD: u64 = 30;
    /// Seconds for which a renewed sign-in lives on, for requests that are under way: 10.
    pub const GRACE: u64 = 10;

    /// The record that the operation is about, if any.
    pub const fn record_id(&self) -> Option<RecordId> {
        match self {
            Self::Insert { id, .. } | Self::Replace { id, .. } | Self::Remove { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The record that the operation writes, if any.
    pub const fn record(&self) -> Option<&Record> {
        match self {
            Self::Insert { record, .. } | Self::Replace { record, .. } => Some(record),
            _ => None,
        }
    }

    /// The person whose sign-ins the operation is about, if any.
    pub const fn person(&self) -> Option<PersonId> {
        match self {
            Self::Enter { person, .. }
            | Self::End { person, .. }
            | Self::EndFirst { person, .. }
            | Self::CutOff { person, .. }
            | Self::Erase { person, .. }
            | Self::Seen { person, .. }
            | Self::Label { person, .. } => Some(*person),
            Self::Insert { .. } | Self::Replace { .. } | Self::Remove { .. } | Self::PutBack { .. } => None,
        }
    }
}

/// The outcome of the operations of one [`apply`](super::Store::apply).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Applied {
    /// All are done.
    Done,
    /// None is done: the condition of the operation with this index does not hold.
    Conflict(usize),
}
