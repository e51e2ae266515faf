//! Bounds the lines of one kind, since strangers can cause some: for refused cookies, protocol errors, failed requests.
//!
//! A kind is a place in the source. What the operator asked for (`debug` and below, and the access log) is not bounded. The metrics count every
//! refusal and every request.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::callsite::Identifier;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use super::{LogFormat, access};

/// A format of lines that writes no more than [`MOST`] of a kind in [`PERIOD`], and says so.
#[derive(Debug)]
pub(super) struct Bounded<F> {
    inner: F,
    own: LogFormat,
    kinds: Mutex<HashMap<Identifier, Kind>>,
}

/// The events of one kind in this period.
#[derive(Debug)]
struct Kind {
    since: Instant,
    events: u64,
}

/// What becomes of an event.
#[derive(Debug, Eq, PartialEq)]
enum Turn {
    /// A line, after so many events of its kind that had none.
    Line {
        after: u64,
    },
    /// A line, and no more of them for a while.
    Last,
    Nothing,
}

impl<F> Bounded<F> {
    /// `own` is the form of `inner`, for the lines about lines.
    pub(super) fn new(inner: F, own: LogFormat) -> Self {
        Self { inner, own, kinds: Mutex::default() }
    }

    /// Writes a line of our own. An event would come back here.
    fn say(&self, writer: &mut Writer<'_>, text: fmt::Arguments<'_>) -> fmt::Result {
        let target = "gingersnap_server::log";
        if self.own == LogFormat::Json {
            write!(writer, "{{\"timestamp\":\"")?;
            SystemTime.format_time(writer)?;
            // Our own text has nothing to escape.
            return writeln!(
                writer,
                "\",\"level\":\"WARN\",\"message\":\"{text}\",\"target\":\"{target}\"}}"
            );
        }
        SystemTime.format_time(writer)?;
        writeln!(writer, "  WARN {target}: {text}")
    }

    fn turn(&self, kind: Identifier, now: Instant) -> Turn {
        let mut kinds = self.kinds.lock().unwrap_or_else(PoisonError::into_inner);
        let kind = kinds.entry(kind).or_insert(Kind { since: now, events: 0 });
        let mut after = 0;
        if now.saturating_duration_since(kind.since) >= PERIOD {
            after = kind.events.saturating_sub(MOST);
            *kind = Kind { since: now, events: 0 };
        }
        kind.events += 1;
        match kind.events {
            0..MOST => Turn::Line { after },
            MOST => Turn::Last,
            _ => Turn::Nothing,
        }
    }
}

impl<S, N, F> FormatEvent<S, N> for Bounded<F>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    N: for<'w> FormatFields<'w> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let metadata = event.metadata();
        let is_asked_for = *metadata.level() > Level::INFO || metadata.target() == access::TARGET;
        let line = Turn::Line { after: 0 };
        let turn = if is_asked_for { line } else { self.turn(metadata.callsite(), Instant::now()) };
        if turn == Turn::Nothing {
            return Ok(());
        }
        if let Turn::Line { after: after @ 1.. } = turn {
            self.say(&mut writer, format_args!("{after} events like the next one were not logged"))?;
        }
        self.inner.format_event(context, writer.by_ref(), event)?;
        if turn == Turn::Last {
            let seconds = PERIOD.as_secs();
            self.say(
                &mut writer,
                format_args!("more events like the last one are not logged for up to {seconds} s"),
            )?;
        }
        Ok(())
    }
}

/// Lines of one kind in a period.
const MOST: u64 = 100;
const PERIOD: Duration = Duration::from_secs(10);

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;

    use tracing::dispatcher::{Dispatch, with_default};
    use tracing_subscriber::fmt::format::Format;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("lines").write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn logged(events: impl FnOnce()) -> Vec<String> {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::DEBUG)
            .event_format(Bounded::new(Format::default().with_ansi(false), LogFormat::Text))
            .with_writer(move || writer.clone())
            .finish();
        with_default(&Dispatch::new(subscriber), events);
        let text = String::from_utf8(lines.0.lock().expect("lines").clone()).expect("text");
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_flood_of_one_kind_is_cut_and_another_kind_is_logged() {
        let lines = logged(|| {
            (0..10_000).for_each(|n| tracing::info!(n, "flood"));
            tracing::info!("another");
        });
        assert_eq!(lines.len(), 102);
        assert!(lines[99].ends_with("flood n=99"), "{}", lines[99]);
        let said =
            " WARN gingersnap_server::log: more events like the last one are not logged for up to 10 s";
        assert!(lines[100].ends_with(said), "{}", lines[100]);
        assert!(lines[101].ends_with("another"), "{}", lines[101]);
    }

    #[test]
    fn what_the_operator_asked_for_is_all_there() {
        assert_eq!(logged(|| (0..1000).for_each(|n| tracing::debug!(n, "request"))).len(), 1000);
    }

    #[test]
    fn the_access_log_is_all_there() {
        let request = |n| tracing::info!(target: access::TARGET, n, "request");
        assert_eq!(logged(|| (0..1000).for_each(request)).len(), 1000);
    }

    #[test]
    fn lines_about_lines_are_json_where_lines_are() {
        let mut text = String::new();
        let bounded = Bounded::new((), LogFormat::Json);
        bounded.say(&mut Writer::new(&mut text), format_args!("{} events", 7)).expect("writes");
        let (time, rest) =
            text.strip_prefix("{\"timestamp\":\"").and_then(|it| it.split_once('"')).expect("a time");
        assert!(time.ends_with('Z'), "{text}");
        let expected =
            ",\"level\":\"WARN\",\"message\":\"7 events\",\"target\":\"gingersnap_server::log\"}\n";
        assert_eq!(rest, expected);
    }

    #[test]
    fn after_the_period_there_are_lines_again_and_the_number_of_those_without() {
        let (bounded, now) = (Bounded::new((), LogFormat::Text), Instant::now());
        let kind = || Identifier(&CALLSITE);
        let turns: Vec<_> = (0..150).map(|_| bounded.turn(kind(), now)).collect();
        assert_eq!(turns[98], Turn::Line { after: 0 });
        assert_eq!(turns[99], Turn::Last);
        assert!(turns[100..].iter().all(|turn| *turn == Turn::Nothing));
        assert_eq!(bounded.turn(kind(), now + PERIOD), Turn::Line { after: 50 });
        assert_eq!(bounded.turn(kind(), now + PERIOD), Turn::Line { after: 0 });
    }

    struct Callsite;
    static CALLSITE: Callsite = Callsite;

    impl tracing::callsite::Callsite for Callsite {
        fn set_interest(&self, _: tracing::subscriber::Interest) {}

        fn metadata(&self) -> &tracing::Metadata<'_> {
            unreachable!("nobody asks")
        }
    }
}
