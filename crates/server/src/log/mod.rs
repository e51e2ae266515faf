//! Events on stderr, one line each. No cookie, token or form field is ever an event's field, and no client decides how
//! long the log gets.

pub(crate) mod access;
mod bounded;

use std::io::{self, IsTerminal as _};
use std::panic;
use std::time::{Duration, Instant};

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Format, JsonFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer, Registry, fmt};

use crate::error::ServerError;
use crate::metrics::{self, Events};
use bounded::Bounded;

/// The form of the log's lines.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum LogFormat {
    /// Text, with colours at a terminal.
    #[default]
    Text,
    /// A JSON object a line, the fields of its event beside `timestamp`, `level`, `target` and `message`.
    Json,
}

/// What is written, and how.
#[derive(Clone, Debug)]
pub(crate) struct Logging {
    pub(crate) targets: Targets,
    pub(crate) format: LogFormat,
    /// A line for each request, whatever the targets are.
    pub(crate) access: bool,
}

impl Default for Logging {
    fn default() -> Self {
        Self { targets: default_targets(), format: LogFormat::default(), access: false }
    }
}

/// Starts the subscriber.
///
/// With metrics, events are counted too, at whatever level the log is.
pub(crate) fn start(logging: &Logging, metrics: bool) {
    let lines = match logging.format {
        LogFormat::Text => text(io::stderr().is_terminal() && !no_colours()),
        LogFormat::Json => json(),
    };
    let access = if logging.access { LevelFilter::INFO } else { LevelFilter::OFF };
    let lines = lines.with_filter(logging.targets.clone().with_target(access::TARGET, access));
    let counts = metrics.then(Events::layer);
    // A second start in one process keeps the first subscriber.
    drop(tracing_subscriber::registry().with(lines).with(counts).try_init());
    panic::set_hook(Box::new(panicked));
}

/// True if the environment asks for no colours: <https://no-color.org>.
fn no_colours() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty())
}

type Lines = Box<dyn Layer<Registry> + Send + Sync>;

fn text(is_terminal: bool) -> Lines {
    let format = Bounded::new(Format::default().with_ansi(is_terminal), LogFormat::Text);
    fmt::layer().with_writer(io::stderr).with_ansi(is_terminal).event_format(format).boxed()
}

fn json() -> Lines {
    let format = Bounded::new(Format::default().json().flatten_event(true), LogFormat::Json);
    fmt::layer().fmt_fields(JsonFields::new()).with_writer(io::stderr).event_format(format).boxed()
}

/// Reads a level, or directives as `warn,gingersnap=debug`. A target is a prefix: `gingersnap` is all of our crates.
///
/// A level is ours: other crates are asked for by name where they say more than `info`, since they may show what clients sent.
pub(crate) fn targets(directives: &str) -> Result<Targets, ServerError> {
    let directives = directives.trim();
    if directives.is_empty() {
        return Ok(default_targets());
    }
    if let Ok(level) = directives.parse::<LevelFilter>() {
        let others = default_targets().with_default(level.min(LevelFilter::INFO));
        return Ok(others.with_target("gingersnap", level));
    }
    // A level that is mistyped would be a target that there is not, and the log silent.
    let is_directive = |part: &str| part.contains('=') || part.trim().parse::<LevelFilter>().is_ok();
    let targets = directives.split(',').all(is_directive).then(|| directives.parse::<Targets>().ok());
    targets.flatten().ok_or_else(|| ServerError::usage("neither a level nor directives"))
}

/// Selects `info` and above, but no notices of a database: its server chooses what it sends, and how often.
fn default_targets() -> Targets {
    Targets::new().with_default(Level::INFO).with_target("sqlx", LevelFilter::OFF)
}

/// Logs a panic's place as an error. Its message may quote data, so it is an event of level `debug`.
fn panicked(info: &panic::PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(%place, "panic");
    tracing::debug!(message = info.payload_as_str().unwrap_or_default(), "panic message");
}

/// Microseconds, as a number in JSON too: `tracing` writes a larger integer as a string there.
fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// One event a request: method, path without the query, status, time. Metrics have status and time.
pub(crate) async fn requests(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let time = started.elapsed();
    metrics::answered(response.status(), time);
    let (status, us) = (response.status().as_u16(), micros(time));
    let (method, path) = (start_of(method.as_str()), start_of(&path));
    if status >= 500 {
        tracing::warn!(method, path, status, us, "request");
    } else {
        tracing::debug!(method, path, status, us, "request");
    }
    response
}

/// The start of what a client chose, for the log.
fn start_of(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text)
}

const LONGEST: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_does_not_make_a_line_long() {
        assert_eq!(start_of("/cart"), "/cart");
        assert_eq!(start_of(&"/".repeat(10_000)).len(), 256);
        assert_eq!(start_of(&"é".repeat(10_000)).len(), 256);
        assert_eq!(start_of(&format!("/{}", "é".repeat(10_000))).len(), 255);
    }

    #[test]
    fn a_server_does_not_write_our_log() {
        let targets = default_targets();
        assert!(targets.would_enable("gingersnap_server::start", &Level::INFO));
        assert!(!targets.would_enable("sqlx::postgres::notice", &Level::ERROR));
    }

    #[test]
    fn one_directive_is_for_all_of_our_crates() {
        let targets = targets("warn,gingersnap=debug").expect("directives");
        for ours in ["gingersnap", "gingersnap::demo", "gingersnap_server::log", "gingersnap_shop::shelf"] {
            assert!(targets.would_enable(ours, &Level::DEBUG), "{ours}");
            assert!(!targets.would_enable(ours, &Level::TRACE), "{ours}");
        }
        assert!(!targets.would_enable("hyper::proto", &Level::INFO));
    }

    #[test]
    fn a_level_is_for_our_crates_and_no_other_says_more_than_info() {
        for (directives, ours, others, asked) in [
            ("trace", Level::TRACE, Level::INFO, Level::DEBUG),
            ("Debug", Level::DEBUG, Level::INFO, Level::TRACE),
            ("warn", Level::WARN, Level::WARN, Level::INFO),
        ] {
            let targets = targets(directives).expect("a level");
            assert!(targets.would_enable("gingersnap_server::log", &ours), "{directives}");
            assert!(!targets.would_enable("gingersnap_server::log", &asked) || ours == Level::TRACE);
            assert!(targets.would_enable("h2::codec", &others), "{directives}");
            assert!(!targets.would_enable("h2::codec", &Level::DEBUG), "{directives}");
            assert!(!targets.would_enable("sqlx::postgres::notice", &Level::ERROR), "{directives}");
        }
        for mistyped in ["inof", "gingersnap", "warn,gingersnap", "gingersnap=loud"] {
            let error = targets(mistyped).expect_err("no level").to_string();
            assert_eq!(error, "neither a level nor directives", "{mistyped}");
        }
        assert_eq!(targets(" ").expect("unset"), default_targets());
        assert!(!targets("off").expect("a level").would_enable("gingersnap", &Level::ERROR));
        assert!(targets("h2=trace").expect("directives").would_enable("h2::codec", &Level::TRACE));
    }

    #[test]
    fn the_default_is_what_the_directives_of_old_said() {
        assert_eq!(default_targets(), targets("info,sqlx=off").expect("directives"));
    }
}
