//! The log of reloads: each change, and, once a minute, each fault that lasts.

use super::error::ReloadError;
use crate::Timestamp;
use crate::keystore::{KeystoreError, Node};

#[derive(Default)]
pub(super) struct Log {
    /// True if a failure was logged since the ring was loaded.
    failing: bool,
    /// Texts of the last minute, and their times; no text once the ring could be loaded again.
    recent: Vec<(Option<String>, Timestamp)>,
    registration: Option<String>,
}

impl Log {
    pub(super) fn replaced(&self, from: u64, to: u64) {
        tracing::info!(target: "gingersnap", from, to, "key ring reloaded");
    }

    pub(super) fn loaded(&mut self) {
        if std::mem::take(&mut self.failing) {
            tracing::info!(target: "gingersnap", "key ring can be loaded again");
            self.recent.iter_mut().for_each(|(text, _)| *text = None);
        }
    }

    pub(super) fn failed(&mut self, error: &ReloadError, now: Timestamp) {
        let text = error.to_string();
        if !self.is_due(&text, now) {
            return;
        }
        let hint = error.hint();
        tracing::error!(target: "gingersnap", error = text, hint, "key ring not reloaded; the one in use stays");
        self.failing = true;
    }

    /// True if this text should be logged now: news at once, nothing twice, and not too much in a minute.
    fn is_due(&mut self, text: &str, now: Timestamp) -> bool {
        // A time in the future was noted before the clock was set back.
        self.recent.retain(|(_, at)| *at <= now && at.age_at(now) < EVERY);
        let known = self.recent.iter().any(|(logged, _)| logged.as_deref() == Some(text));
        if known || self.recent.len() >= MOST {
            return false;
        }
        self.recent.push((Some(text.into()), now));
        true
    }

    /// Warns of records that cannot be read.
    pub(super) fn passed_over(&self, errors: impl Iterator<Item = KeystoreError>) {
        for error in errors.take(MOST) {
            let (text, hint) = (error.to_string(), error.hint());
            tracing::warn!(target: "gingersnap", error = text, hint, "node's record passed over");
        }
    }

    /// Warns of nodes whose record names a generation that no ring of this line can have yet.
    pub(super) fn not_believed<'a>(&self, nodes: impl Iterator<Item = &'a Node>) {
        for node in nodes.take(MOST) {
            let (name, generation) = (node.name().as_ref(), node.generation());
            tracing::warn!(target: "gingersnap", node = name, generation, "node's record not believed");
        }
    }

    pub(super) fn not_registered(&mut self, error: &KeystoreError) {
        let text = error.to_string();
        if self.registration.as_ref() != Some(&text) {
            tracing::warn!(target: "gingersnap", error = text, "key ring's generation not registered or not compared");
            self.registration = Some(text);
        }
    }
}

/// In seconds.
const EVERY: u64 = 60;
/// The most errors in a minute: a keystore with a new error each time does not fill the disk.
const MOST: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_800_000_000);

    fn due(log: &mut Log, texts: impl IntoIterator<Item = String>, now: Timestamp) -> usize {
        texts.into_iter().filter(|text| log.is_due(text, now)).count()
    }

    #[test]
    fn errors_that_take_turns_are_logged_once_a_minute_each() {
        let mut log = Log::default();
        let turns = || (0..100).map(|turn| (turn % 2).to_string());
        assert_eq!(due(&mut log, turns(), NOW), 2);
        assert_eq!(due(&mut log, turns(), NOW.plus(EVERY - 1)), 0);
        assert_eq!(due(&mut log, turns(), NOW.plus(EVERY)), 2);
    }

    #[test]
    fn errors_that_are_never_the_same_are_few_a_minute() {
        let mut log = Log::default();
        let other = || (0..100).map(|number| number.to_string());
        assert_eq!(due(&mut log, other(), NOW), MOST);
        assert_eq!(due(&mut log, other(), NOW.plus(EVERY - 1)), 0);
        assert_eq!(due(&mut log, other(), NOW.plus(EVERY)), MOST);
    }

    #[test]
    fn a_clock_that_is_set_back_silences_nothing() {
        let mut log = Log::default();
        assert_eq!(due(&mut log, ["a".to_owned()], NOW.plus(86_400)), 1);
        assert_eq!(due(&mut log, ["a".to_owned()], NOW), 1);
    }

    #[test]
    fn what_goes_wrong_again_after_it_went_well_is_logged_again() {
        let mut log = Log::default();
        for _ in 0..MOST {
            assert!(log.is_due("a", NOW));
            log.failing = true;
            log.loaded();
        }
        assert!(!log.is_due("a", NOW));
    }
}
