//! The lives of keys as bars along one axis of time: when each of them seals, and until when it opens.

use std::io::{self, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use gingersnap::Timestamp;
use gingersnap::keyring::{Key, KeyState, Keyring};

use super::describe::sorted;
use crate::error::Error;
use crate::render::time;

/// Writes a bar for each key that seals, will seal or may still open what it sealed. Standbys have no time yet, and the dead none any more.
///
/// `out` is a terminal's: the styles must not be escaped. Nothing here is what others wrote.
pub(in crate::keys) fn write(ring: &Keyring, now: Timestamp, out: &mut impl Write) -> Result<(), Error> {
    let lives =
        |key: &&Key| matches!(ring.state(key, now), KeyState::Active | KeyState::Staged | KeyState::Retiring);
    let keys: Vec<_> = sorted(ring, now).into_iter().filter(lives).collect();
    let Some(axis) = Axis::new(ring, &keys, now) else { return Ok(()) };
    let styles = Styles::of_stdout();
    writeln!(out, "\n        {}", axis.labels(now))?;
    for key in keys {
        let bar = axis.bar(ring, key);
        writeln!(out, "{}  {}", key.id(), styles.painted(bar.trim_end()))?;
    }
    let (seals, opens) = (styles.painted("##"), styles.painted("=="));
    Ok(writeln!(out, "        {seals} seals and opens   {opens} opens only   > no end yet")?)
}

/// The time that is shown, in columns.
struct Axis {
    from: u64,
    to: u64,
}

impl Axis {
    /// From the first key on, but not from so long ago that what is to come has no room, until what is sealed now must have ended.
    fn new(ring: &Keyring, keys: &[&Key], now: Timestamp) -> Option<Self> {
        let longest = ring.longest_session();
        let first = keys.iter().filter_map(|key| key.not_before()).min()?;
        let ends = keys.iter().filter_map(|key| ring.expires_at(key).or(key.not_before()));
        let to = ends.max()?.max(now.plus(longest)).unix();
        let from = first.min(now).unix().max(now.unix().saturating_sub(longest.saturating_mul(2)));
        (from < to).then_some(Self { from, to })
    }

    /// The time at which a column begins.
    const fn time_of(&self, column: u64) -> u64 {
        self.from + (self.to - self.from) / COLUMNS * column
    }

    /// The column of a time.
    fn column_of(&self, at: u64) -> usize {
        let column = at.saturating_sub(self.from) / ((self.to - self.from) / COLUMNS).max(1);
        usize::try_from(column.min(COLUMNS - 1)).unwrap_or_default()
    }

    /// The first and the last time, and where now is between them.
    fn labels(&self, now: Timestamp) -> String {
        let day = |at: u64| {
            let text = time(Timestamp::from_unix(at));
            if self.to - self.from < SHORT {
                text
            } else {
                text.split('T').next().unwrap_or(&text).to_owned()
            }
        };
        let (first, last) = (day(self.from), day(self.to));
        let column = self.column_of(now.unix());
        let first = if column > first.len() { first } else { String::new() };
        let before = format!("{first:column$}| now");
        let room = usize::try_from(COLUMNS).unwrap_or_default().saturating_sub(before.len());
        // Behind a rotation that is far ahead, now may stand where the last day would.
        if room > last.len() { format!("{before}{last:>room$}") } else { before }
    }

    fn bar(&self, ring: &Keyring, key: &Key) -> String {
        let unix = |at: Option<Timestamp>| at.map_or(u64::MAX, Timestamp::unix);
        let (seals, retires) = (unix(key.not_before()), unix(key.retired_at()));
        let expires = unix(ring.expires_at(key));
        let cell = |column: u64| {
            let (begin, end) = (self.time_of(column), self.time_of(column + 1));
            match () {
                () if seals >= end || expires <= begin => ' ',
                () if retires > begin && retires == u64::MAX && column + 1 == COLUMNS => '>',
                () if retires > begin => SEALS,
                () => OPENS,
            }
        };
        (0..COLUMNS).map(cell).collect()
    }
}

/// The styles of a bar's parts; none where there are to be no colours.
struct Styles {
    seals: Style,
    opens: Style,
}

impl Styles {
    /// As the terminal has them, unless `NO_COLOR` is set.
    fn of_stdout() -> Self {
        let coloured = |colour: AnsiColor| match AutoStream::choice(&io::stdout()) {
            ColorChoice::Never => Style::new(),
            _ => Style::new().fg_color(Some(colour.into())),
        };
        Self { seals: coloured(AnsiColor::Green), opens: coloured(AnsiColor::Yellow) }
    }

    /// The bar with each run of a part in its style.
    fn painted(&self, bar: &str) -> String {
        let style = |cell: char| match cell {
            SEALS | '>' => self.seals,
            OPENS => self.opens,
            _ => Style::new(),
        };
        let mut cells = bar.chars().peekable();
        let mut painted = String::new();
        while let Some(first) = cells.next() {
            let mut run = String::from(first);
            while let Some(next) = cells.next_if(|&next| style(next) == style(first)) {
                run.push(next);
            }
            let style = style(first);
            painted += &format!("{style}{run}{style:#}");
        }
        painted
    }
}

const SEALS: char = '#';
const OPENS: char = '=';
const COLUMNS: u64 = 64;
/// Seconds; below that a day does not tell the ends of the axis apart.
const SHORT: u64 = 10 * 24 * 60 * 60;
