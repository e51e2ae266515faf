//! Whether the store answers, by the calls that were made of it.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use gingersnap::store::StoreErrorKind;

/// What the calls so far have told of a store.
#[derive(Debug)]
pub(crate) struct Health(Mutex<Told>);

#[derive(Clone, Copy, Debug)]
struct Told {
    /// The last answer that was no error; the beginning, before the first.
    answered_at: Instant,
    /// The error of the last read, unless that was answered.
    reads: Option<StoreErrorKind>,
    /// The error of the last write, and its time, unless that was answered.
    writes: Option<(StoreErrorKind, Instant)>,
    outages: u64,
}

/// A store's health at one moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Seen {
    /// Time since the last answer that was no error.
    pub(crate) unanswered: Duration,
    /// The error of a store that does not answer.
    pub(crate) reads: Option<StoreErrorKind>,
    /// The error of a store that takes no writes.
    pub(crate) writes: Option<StoreErrorKind>,
    /// Times that reading began to fail.
    pub(crate) outages: u64,
}

impl Health {
    pub(crate) const fn new(now: Instant) -> Self {
        Self(Mutex::new(Told { answered_at: now, reads: None, writes: None, outages: 0 }))
    }

    /// Notes what came of a read.
    pub(crate) fn read(&self, error: Option<StoreErrorKind>, now: Instant) {
        let mut told = self.told();
        told.outages += u64::from(error.is_some() && told.reads.is_none());
        told.reads = error;
        told.note(error, now);
    }

    /// Notes what came of a write.
    pub(crate) fn wrote(&self, error: Option<StoreErrorKind>, now: Instant) {
        let mut told = self.told();
        told.writes = error.map(|error| (error, now));
        told.note(error, now);
    }

    pub(crate) fn at(&self, now: Instant) -> Seen {
        let Told { answered_at, reads, writes, outages } = *self.told();
        let is_lately = |at| now.saturating_duration_since(at) < MEMORY;
        let writes = writes.filter(|(_, at)| is_lately(*at)).map(|(error, _)| error);
        Seen { unanswered: now.saturating_duration_since(answered_at), reads, writes, outages }
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Told {
    const fn note(&mut self, error: Option<StoreErrorKind>, now: Instant) {
        if error.is_none() {
            self.answered_at = now;
        }
    }
}

/// A write that failed says so for this long. Nothing is written to find out whether that is over.
const MEMORY: Duration = Duration::from_secs(60);

#[cfg(test)]
mod tests {
    use super::*;

    const UNREACHABLE: Option<StoreErrorKind> = Some(StoreErrorKind::Unreachable);
    const FULL: Option<StoreErrorKind> = Some(StoreErrorKind::Full);

    fn after(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_store_answers_until_a_read_fails_and_again_from_the_next_that_does_not() {
        let start = Instant::now();
        let health = Health::new(start);
        let well = Seen { unanswered: after(3), reads: None, writes: None, outages: 0 };
        assert_eq!(health.at(start + after(3)), well);
        health.read(None, start + after(4));
        assert_eq!(health.at(start + after(5)), Seen { unanswered: after(1), ..well });
        for second in [6, 8] {
            health.read(UNREACHABLE, start + after(second));
        }
        let down = Seen { unanswered: after(5), reads: UNREACHABLE, writes: None, outages: 1 };
        assert_eq!(health.at(start + after(9)), down);
        health.read(None, start + after(10));
        assert_eq!(health.at(start + after(10)), Seen { unanswered: after(0), outages: 1, ..well });
        health.read(UNREACHABLE, start + after(11));
        assert_eq!(health.at(start + after(11)).outages, 2);
    }

    #[test]
    fn a_read_does_not_hide_that_writes_fail_and_a_minute_does() {
        let start = Instant::now();
        let health = Health::new(start);
        health.wrote(FULL, start);
        health.read(None, start + after(59));
        let seen = health.at(start + after(59));
        assert_eq!((seen.reads, seen.writes, seen.unanswered), (None, FULL, after(0)));
        assert_eq!(health.at(start + after(60)).writes, None);
        health.wrote(FULL, start + after(61));
        health.wrote(None, start + after(62));
        assert_eq!(health.at(start + after(62)).writes, None);
    }
}
