//! One cookie, as its owner sees it: what it is for, what it holds, and how it travels.

use gingersnap::{Place, Report, Timestamp};

use crate::format::count;
use crate::holds::Fact;
use crate::homes::{self, Home};
use crate::room;

/// A title, and a sentence on what a cookie is for.
pub(crate) struct About {
    pub(crate) title: &'static str,
    pub(crate) purpose: &'static str,
}

/// One cookie.
pub(crate) struct Card {
    pub(crate) about: About,
    /// The values in it.
    pub(crate) holds: Vec<Fact>,
    /// The cookie as the browser sent it.
    pub(crate) raw: String,
    pub(crate) report: Report,
    /// The sealing, and where it lives.
    pub(crate) facts: Vec<Fact>,
    /// Where it could be; of a session's data.
    pub(crate) homes: Option<[Home; 2]>,
    /// Numbers of bytes: from `low` on it is rather full, from `high` on nearly full.
    pub(crate) low: usize,
    pub(crate) high: usize,
}

impl Card {
    pub(crate) fn new(about: About, report: Report, holds: Vec<Fact>, raw: String, now: Timestamp) -> Self {
        let (low, high) = room::marks(report.limit);
        Self { about, holds, raw, facts: facts(&report, now), report, homes: None, low, high }
    }

    /// The same for a session that is kept at this place.
    pub(crate) fn at(mut self, place: Place) -> Self {
        self.facts.insert(0, Fact::text("Lives", homes::words(&self.report, place)));
        self.homes = homes::of(&self.report);
        self
    }
}

fn facts(report: &Report, now: Timestamp) -> Vec<Fact> {
    let owner = |is_owned| if is_owned { "you" } else { "whoever uses this browser" };
    let facts = [
        Some(Fact::text("Sealed by key", report.key_id.to_string())),
        Some(Fact::past("Sealed", report.sealed_at, now)),
        report.started_at.map(|at| Fact::past("Session began", at, now)),
        report.generation.map(|times| Fact::text("Written", count(times, "time"))),
        report.is_owned.map(|is_owned| Fact::text("Belongs to", owner(is_owned))),
    ];
    facts.into_iter().flatten().collect()
}
