//! Events on stderr, one line each. No cookie, token or form field is ever an event's field, and no client decides how
//! long the log gets.

mod bounded;

use std::io::{self, IsTerminal as _};
use std::panic;
use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::Format;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use crate::error::ServerError;
use crate::metrics::{self, Events};
use bounded::Bounded;

/// Starts the subscriber.
///
/// With metrics, events are counted too, at whatever level the log is.
pub(crate) fn start(targets: Targets, metrics: bool) {
    let is_terminal = io::stderr().is_terminal();
    let format = Bounded::new(Format::default().with_ansi(is_terminal));
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(is_terminal).event_format(format);
    let lines = lines.with_filter(targets);
    let registry = tracing_subscriber::registry().with(lines).with(metrics.then(Events::layer));
    // A second start in one process keeps the first subscriber.
    drop(registry.try_init());
    panic::set_hook(Box::new(panicked));
}

/// Reads directives as `info` or `warn,gingersnap=debug`. A target is a prefix: `gingersnap` is all of our crates.
pub(crate) fn targets(directives: &str) -> Result<Targets, ServerError> {
    directives.parse().map_err(|error| ServerError::usage(format!("{error}")))
}

/// Selects `info` and above, but no notices of a database: its server chooses what it sends, and how often.
pub(crate) fn default_targets() -> Targets {
    Targets::new().with_default(Level::INFO).with_target("sqlx", LevelFilter::OFF)
}

/// Logs a panic's place as an error. Its message may quote data, so it is an event of level `debug`.
fn panicked(info: &panic::PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::error!(%place, "panic");
    tracing::debug!(message = info.payload_as_str().unwrap_or_default(), "panic message");
}

/// One event a request: method, path without the query, status, time. Metrics have status and time.
pub(crate) async fn requests(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let time = started.elapsed();
    metrics::answered(response.status(), time);
    let (status, us) = (response.status().as_u16(), time.as_micros());
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
    fn the_default_is_what_the_directives_of_old_said() {
        assert_eq!(default_targets(), targets("info,sqlx=off").expect("directives"));
    }
}
