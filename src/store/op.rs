//! What a store is asked to do.

use super::record::Record;
use super::sign_in::{CutOff, Ended};
use crate::Timestamp;
use crate::token::{PersonId, RecordId, SessionId};

/// One operation of a response.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Op {
    /// Makes a record; a conflict if one has the id.
    Insert {
        /// The new record's name.
        id: RecordId,
        /// The person whose it is, so that all records of one can be found; none if it is a guest's.
        owner: Option<PersonId>,
        /// Seconds to live.
        lifetime: u64,
        /// What is kept.
        record: Record,
    },
    /// Takes the place of version `was`; a conflict if the record is gone or has another version.
    Replace {
        /// The record's name.
        id: RecordId,
        /// The version that is replaced.
        was: u32,
        /// The person whose it is now.
        owner: Option<PersonId>,
        /// Seconds to live, from now.
        lifetime: u64,
        /// What is kept.
        record: Record,
    },
    /// Removes a record if it is this owner's, whatever its version. Another's stays, and none at all is as good: neither
    /// is a conflict.
    Remove {
        /// The record's name.
        id: RecordId,
        /// The person whose it must be; none for a guest's.
        owner: Option<PersonId>,
    },
    /// Enters a sign-in. The time that is answered is the one at which its identity is sealed: by the store's clock, and later than
    /// the person's cut-off.
    ///
    /// A conflict if there is, or was, a sign-in of this id; if what it renews has ended by now, or was sealed at or before the cut-off; or if the
    /// time would be more than [`Op::MOST_AHEAD`] seconds after the store's.
    Enter {
        /// The session id of the identity, a new one.
        id: SessionId,
        /// Whose sign-in it is.
        person: PersonId,
        /// The sign-in that it goes on from, and the time at which the identity that was brought of it was sealed. What the store
        /// has no row of, it takes for one that lives. It is ended [`Op::GRACE`] seconds later. Nothing
        /// is sealed before what it renews.
        renews: Option<(SessionId, Timestamp)>,
        /// Ends all other sign-ins of the person: a cut-off before it, with so many seconds to live.
        cuts_off: Option<u64>,
        /// The start of the sign-in.
        started_at: Timestamp,
        /// Seconds to live.
        lifetime: u64,
        /// What the application calls it, sealed; none keeps the one of the sign-in that it renews.
        label: Option<Vec<u8>>,
    },
    /// Ends a sign-in that a browser brought, and all that go on from the same one. Of one that the store has no row of, it notes that
    /// it ended. Never a conflict.
    End {
        /// The session id of the identity.
        id: SessionId,
        /// Whose sign-in it is.
        person: PersonId,
        /// Seconds that it had to live.
        lifetime: u64,
    },
    /// Ends what lives of a person's sign-ins that go on from this one, itself included; a conflict if none does.
    EndFirst {
        /// The id of the first of them.
        first: SessionId,
        /// Whose sign-ins they are: another's stay.
        person: PersonId,
    },
    /// Ends all sign-ins of a person, those too that the store has no row of: what was sealed until now is dead. A cut-off is later
    /// than the one before, and not before any sign-in that was entered. A conflict as with [`Enter`](Self::Enter).
    CutOff {
        /// Whose sign-ins end.
        person: PersonId,
        /// Seconds until nothing that was sealed before it can be alive.
        lifetime: u64,
    },
    /// As [`CutOff`](Self::CutOff), and removes the person's records and the rows of their sign-ins.
    Erase {
        /// Who is forgotten.
        person: PersonId,
        /// Seconds until nothing that was sealed before it can be alive.
        lifetime: u64,
    },
    /// Writes down that somebody was active, if the sign-in lives. Never a conflict.
    Seen {
        /// The session id of the identity.
        id: SessionId,
        /// Whose sign-in it is.
        person: PersonId,
        /// Seconds since then.
        ago: u64,
    },
    /// Gives a sign-in that lives another label. Never a conflict.
    Label {
        /// The session id of the identity.
        id: SessionId,
        /// Whose sign-in it is.
        person: PersonId,
        /// What the application calls it, sealed.
        label: Vec<u8>,
    },
    /// Puts back what a node knows to have ended and the store has lost. Never a conflict, and nothing lives longer for it.
    PutBack {
        /// Sign-ins that ended.
        ended: Vec<Ended>,
        /// Cut-offs.
        cut_offs: Vec<CutOff>,
    },
}

impl Op {
    /// Seconds after the store's time at which an identity may be sealed at most, since its person was cut off: 30.
    pub const MOST_AHEAD: u64 = 30;
    /// Seconds for which a sign-in that was renewed lives on, for requests that are under way: 10.
    pub const GRACE: u64 = 10;

    /// The record that it is about, if it is about one.
    pub const fn record_id(&self) -> Option<RecordId> {
        match self {
            Self::Insert { id, .. } | Self::Replace { id, .. } | Self::Remove { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The record that it writes, if it writes one.
    pub const fn record(&self) -> Option<&Record> {
        match self {
            Self::Insert { record, .. } | Self::Replace { record, .. } => Some(record),
            _ => None,
        }
    }

    /// The person whose sign-ins it is about, if it is about any.
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

/// What became of the operations of one [`apply`](super::Store::apply).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Applied {
    /// All are done.
    Done,
    /// None is done: the condition of this one, counted from 0, does not hold.
    Conflict(usize),
}
