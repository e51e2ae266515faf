//! Events on stderr, one line each. No cookie, token or form field is ever an event's field.

use std::{io, panic, time::Instant};

use axum::{extract::Request, middleware::Next, response::Response};
use tracing_subscriber::{
    Layer as _, filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::error::Error;

use super::metrics::{self, Refusals};

/// Starts the subscriber with the directives of `GINGERSNAP_LOG`, as `info` or `warn,gingersnap=debug`.
///
/// For metrics events are counted too, whatever is logged of them.
pub(crate) fn start(metrics: bool) -> Result<(), Error> {
    let directives = std::env::var("GINGERSNAP_LOG").unwrap_or_else(|_| DIRECTIVES.to_owned());
    let targets: Targets = directives.parse().map_err(|error| {
        Error::usage(format!("GINGERSNAP_LOG: {error}"))
            .with_hint("for example: GINGERSNAP_LOG=warn,gingersnap=debug")
    })?;
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(io::IsTerminal::is_terminal(&io::stderr()));
    // A second start in one process keeps the first subscriber.
    let _ = tracing_subscriber::registry()
        .with(lines.with_filter(targets))
        .with(metrics.then(Refusals::layer))
        .try_init();
    panic::set_hook(Box::new(panicked));
    Ok(())
}

/// A panic's place is an error; its message, which may quote data, is for those who ask for it.
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
    if status >= 500 {
        tracing::warn!(%method, path, status, us, "request");
    } else {
        tracing::debug!(%method, path, status, us, "request");
    }
    response
}

/// A database's server chooses what notices it sends, and how many: they are for who asks.
const DIRECTIVES: &str = "info,sqlx=off";

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn a_server_does_not_write_our_log() {
        let targets: Targets = DIRECTIVES.parse().expect("directives");
        assert!(targets.would_enable("gingersnap::serve", &Level::INFO));
        assert!(!targets.would_enable("sqlx::postgres::notice", &Level::ERROR));
    }
}
