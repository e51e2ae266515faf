//! Counts the connections that were not served as long as their clients liked.

use metrics::{counter, describe_counter};

/// Why a connection was turned away.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum TurnedAway {
    /// Every place is taken.
    Full,
    /// Its address has as many as it may.
    OneAddress,
}

/// Why the server closed a connection.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Closed {
    /// No request was in flight.
    Idle,
    /// The network took too little of a response.
    Slow,
    /// The client had no window for a response.
    Unread,
}

impl Closed {
    /// The reason, for an error.
    pub(crate) const fn text(self) -> &'static str {
        match self {
            Self::Idle => "no request for too long",
            Self::Slow => "the client does not read",
            Self::Unread => "the client has no window for a response",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Slow => "slow",
            Self::Unread => "unread",
        }
    }
}

impl TurnedAway {
    const fn label(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::OneAddress => "one_address",
        }
    }
}

pub(crate) fn turned_away(why: TurnedAway) {
    counter!(TURNED_AWAY, "reason" => why.label()).increment(1);
}

pub(crate) fn closed(why: Closed) {
    counter!(CLOSED, "reason" => why.label()).increment(1);
}

/// The counters are there before anything happened: an alarm sees their first step.
pub(super) fn describe() {
    describe_counter!(TURNED_AWAY, "Connections that found no place, by what was full.");
    describe_counter!(CLOSED, "Connections that were closed since the client did nothing for too long.");
    for why in [TurnedAway::Full, TurnedAway::OneAddress] {
        counter!(TURNED_AWAY, "reason" => why.label()).increment(0);
    }
    for why in [Closed::Idle, Closed::Slow, Closed::Unread] {
        counter!(CLOSED, "reason" => why.label()).increment(0);
    }
}

const TURNED_AWAY: &str = "gingersnap_connections_turned_away_total";
const CLOSED: &str = "gingersnap_connections_closed_total";
