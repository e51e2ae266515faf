//! The room that a cart has where it is kept, in numbers and in words.

use gingersnap::{Place, Report};

use crate::format::count;
use crate::homes;
use crate::sessions;

/// The room that a cart has where it is kept.
pub(crate) struct Room {
    /// Bytes that it takes, of those that it may take.
    pub(crate) used: usize,
    pub(crate) limit: usize,
    /// From `low` bytes on it is rather full, from `high` on nearly full.
    pub(crate) low: usize,
    pub(crate) high: usize,
    /// Where it is kept, how much more fits, and what happens then.
    pub(crate) words: String,
}

impl Room {
    /// The room of a cart of so many lines, kept at this place.
    pub(crate) fn new(report: &Report, place: Place, lines: usize) -> Self {
        let free = homes::free(report).unwrap_or_default();
        let (used, limit) = match report.record {
            None => (report.octets, report.limit),
            Some(_) => (sessions::RECORD.saturating_sub(free), sessions::RECORD),
        };
        let taken: usize = report.fields.iter().map(|(_, bytes)| bytes).sum();
        let more = more((free * lines).checked_div(taken).unwrap_or_default());
        let (kept, then) = words(report, place);
        let words = format!("{kept} {used} of {limit} bytes{more}. {then}");
        let (low, high) = marks(limit);
        Self { used, limit, low, high, words }
    }
}

/// Numbers of bytes: from the first on something is rather full, from the second on nearly full.
pub(crate) const fn marks(limit: usize) -> (usize, usize) {
    (limit / 4 * 3, limit / 10 * 9)
}

/// Says where a cart is kept, and what happens once it does not fit there.
const fn words(report: &Report, place: Place) -> (&'static str, &'static str) {
    match (report.record, place) {
        (None, Place::CookieThenStore) => ("Kept by your browser, in", "Then it moves to our server."),
        (None, _) => ("Kept by your browser, in", FULL),
        (Some(_), Place::CookieThenStore) => {
            ("Kept on our server from now on: it outgrew its cookie. It takes", FULL)
        }
        (Some(_), _) => ("Kept on our server; your browser has a pointer to it. It takes", FULL),
    }
}

/// Says how many lines more fit, as well as can be told from those that are there.
fn more(lines: usize) -> String {
    match u64::try_from(lines).unwrap_or(u64::MAX) {
        0 => ", with no room for another line like these".to_owned(),
        few @ 1..20 => format!(", with room for about {} like these", count(few, "more line")),
        many => format!(", with room for about {} more lines like these", many / 10 * 10),
    }
}

const FULL: &str = "Then it is full.";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_lines_are_told_to_the_nearest_ten_below() {
        for (lines, text) in [
            (0, ", with no room for another line like these"),
            (1, ", with room for about 1 more line like these"),
            (19, ", with room for about 19 more lines like these"),
            (20, ", with room for about 20 more lines like these"),
            (189, ", with room for about 180 more lines like these"),
        ] {
            assert_eq!(more(lines), text);
        }
    }
}
