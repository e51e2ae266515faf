//! The ends that one node knows of.

use super::table::{Cut, Table, Until};
use crate::store::{CutOff, Ended, Op};
use crate::token::{PersonId, SessionId};
use crate::{SKEW, Timestamp};

/// The sign-ins that ended, and the cut-offs of persons: exactly those that it was told of, until they no longer mean anything.
///
/// A snapshot never changes, so that requests look at it without a lock. A sign-in takes 20 bytes and a cut-off 24, and half a
/// byte more for where they begin.
#[derive(Clone, Default)]
pub(crate) struct Snapshot {
    ended: Table<Until>,
    cut_offs: Table<Cut>,
}

/// The ends that a node has in memory: gauges for its metrics.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct KnownEnds {
    /// The time by this node's clock at the beginning of the last pull that completed; none while nothing was loaded.
    pub as_of: Option<Timestamp>,
    /// Seconds by which the store's clock was then ahead of this node's. If it is more than [`MOST_APART`](Self::MOST_APART), in
    /// either direction, nobody signs in.
    pub clock_offset: i64,
    /// Sign-ins that ended.
    pub ended: usize,
    /// Persons who were cut off.
    pub cut_offs: usize,
    /// Bytes of memory.
    pub octets: usize,
}

impl KnownEnds {
    /// Seconds that the clocks of a node and its store may be apart: 90.
    pub const MOST_APART: u64 = SKEW + Op::MOST_AHEAD;
}

impl Snapshot {
    pub(crate) fn has_ended(&self, id: SessionId) -> bool {
        self.ended.get(id.to_bytes()).is_some()
    }

    /// The person's cut-off: everything sealed for the person up to this time is dead.
    pub(crate) fn cut_off(&self, person: PersonId) -> Option<Timestamp> {
        self.cut_offs.get(person.to_bytes()).map(|cut| Timestamp::from_unix(cut.at.into()))
    }

    /// This snapshot with these ends added. Ends that are over at `now`, by the store's clock, may be dropped.
    pub(crate) fn with(&self, ended: &[Ended], cut_offs: &[CutOff], now: Timestamp) -> Self {
        let now = seconds(now);
        let ended = ended.iter().map(|it| (it.id.to_bytes(), Until(seconds(it.until))));
        let cut_offs = cut_offs
            .iter()
            .map(|it| (it.person.to_bytes(), Cut { at: seconds(it.at), until: seconds(it.until) }));
        Self {
            ended: self.ended.with(ended, |until| until.0 < now),
            cut_offs: self.cut_offs.with(cut_offs, |cut| cut.until < now),
        }
    }

    /// The ends that this snapshot knows, that are not over, and that `other` does not know.
    pub(crate) fn beyond(&self, other: &Self, now: Timestamp) -> (Vec<Ended>, Vec<CutOff>) {
        let (now, at) = (seconds(now), |seconds: u32| Timestamp::from_unix(seconds.into()));
        let ended = self.ended.iter().filter(|(id, until)| until.0 >= now && other.ended.get(*id).is_none());
        let ended =
            ended.map(|(id, until)| Ended { id: SessionId::from_bytes(id), at: at(now), until: at(until.0) });
        let is_known = |id, cut: Cut| other.cut_offs.get(id).is_some_and(|known| known.at >= cut.at);
        let cut_offs = self.cut_offs.iter().filter(|(id, cut)| cut.until >= now && !is_known(*id, *cut));
        let cut_offs = cut_offs.map(|(id, cut)| CutOff {
            person: PersonId::from_bytes(id),
            at: at(cut.at),
            until: at(cut.until),
        });
        (ended.collect(), cut_offs.collect())
    }

    pub(crate) fn size(&self) -> KnownEnds {
        let octets = self.ended.octets() + self.cut_offs.octets();
        KnownEnds { ended: self.ended.len(), cut_offs: self.cut_offs.len(), octets, ..KnownEnds::default() }
    }
}

/// The time in 32 bits: no token could have a time after 2106.
fn seconds(at: Timestamp) -> u32 {
    u32::try_from(at.unix()).unwrap_or(u32::MAX)
}
