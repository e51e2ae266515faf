//! Counts the cookies that the session layer refuses, by its events.

use std::fmt;

use gingersnap::Refusal;
use metrics::{counter, describe_counter};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

/// A listener to the events of the library.
#[derive(Debug, Default)]
pub(crate) struct Refusals;

impl Refusals {
    /// It hears its events whatever the log's level is.
    pub(crate) fn layer<S: Subscriber + for<'s> LookupSpan<'s>>() -> impl Layer<S> {
        Self.with_filter(Targets::new().with_target(TARGET, LevelFilter::INFO))
    }
}

impl<S: Subscriber> Layer<S> for Refusals {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut refused = Refused::default();
        if event.metadata().target() == TARGET {
            event.record(&mut refused);
        }
        if let Refused { is_refusal: true, reason } = refused {
            counter!(REFUSED, "reason" => reason.unwrap_or(OTHER)).increment(1);
        }
    }
}

pub(super) fn describe() {
    describe_counter!(REFUSED, "Cookies of ours that were refused, by the rule that they broke.");
    for reason in Refusal::ALL.map(Refusal::name).into_iter().chain([OTHER]) {
        counter!(REFUSED, "reason" => reason).increment(0);
    }
}

/// The facts of an event.
#[derive(Default)]
struct Refused {
    is_refusal: bool,
    reason: Option<&'static str>,
}

impl Visit for Refused {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "reason" {
            // A known name or none: this list bounds the number of label values, not the caller that logs.
            self.reason = Refusal::ALL.map(Refusal::name).into_iter().find(|name| *name == value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.is_refusal = format!("{value:?}") == "cookie refused";
        }
    }
}

const TARGET: &str = "gingersnap";
const REFUSED: &str = "gingersnap_cookies_refused_total";
/// A rule of a library that is newer than this list.
const OTHER: &str = "other";
