//! Counts and times the calls of the application's store.

use std::time::Duration;

use gingersnap::store::StoreErrorKind;
use metrics::{Unit, counter, describe_counter, describe_histogram, histogram};

/// A call of a store that is measured.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum StoreCall {
    Load,
    Apply,
    SignIns,
    Feed,
    Purge,
    /// A load that is the server's own.
    Check,
}

impl StoreCall {
    const ALL: [Self; 6] = [Self::Load, Self::Apply, Self::SignIns, Self::Feed, Self::Purge, Self::Check];

    const fn label(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Apply => "apply",
            Self::SignIns => "sign_ins",
            Self::Feed => "feed",
            Self::Purge => "purge",
            Self::Check => "check",
        }
    }
}

/// A call was answered, or given up.
pub(crate) fn store_called(call: StoreCall, time: Duration, error: Option<StoreErrorKind>) {
    histogram!(DURATION, "call" => call.label()).record(time);
    if let Some(error) = error {
        counter!(ERRORS, "call" => call.label(), "kind" => kind(error)).increment(1);
    }
}

/// A write found that another was faster.
pub(crate) fn store_conflict() {
    counter!(CONFLICTS).increment(1);
}

/// For a server with a store. The counters are there before anything happened: an alarm sees their first step.
pub(crate) fn describe_store() {
    describe_histogram!(DURATION, Unit::Seconds, "Time of a store's call, errors among them.");
    describe_counter!(ERRORS, "Calls of the store that failed, by the call and what was wrong.");
    describe_counter!(CONFLICTS, "Writes that found that another request was faster.");
    for call in StoreCall::ALL.map(StoreCall::label) {
        for kind in StoreErrorKind::ALL.map(StoreErrorKind::name).into_iter().chain([OTHER]) {
            counter!(ERRORS, "call" => call, "kind" => kind).increment(0);
        }
    }
    counter!(CONFLICTS).increment(0);
    super::events::describe_store();
}

/// A known kind or none: this list bounds the number of label values.
fn kind(error: StoreErrorKind) -> &'static str {
    if StoreErrorKind::ALL.contains(&error) { error.name() } else { OTHER }
}

pub(super) const DURATION: &str = "gingersnap_store_call_duration_seconds";
/// Seconds: from a read of a file to the deadline of two seconds.
pub(super) const BUCKETS: [f64; 12] =
    [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];
const ERRORS: &str = "gingersnap_store_errors_total";
const CONFLICTS: &str = "gingersnap_store_conflicts_total";
/// A kind of a library that is newer than this list.
const OTHER: &str = "other";
