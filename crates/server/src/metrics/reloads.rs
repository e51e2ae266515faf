//! Counts reloads by their results.

use gingersnap::keyring::KeyringErrorKind as Ring;
use gingersnap::keystore::KeystoreErrorKind as Store;
use gingersnap::{ReloadError, ReloadEvent};
use metrics::{counter, describe_counter};

/// The observer for [`Reloader::on_event`](gingersnap::Reloader::on_event).
///
/// Each reload is counted by its result. A failure is counted once for as long as it stays the same one, as the log has
/// it: an alarm goes by what happened, not by how often a node looks.
pub(crate) fn observer() -> impl FnMut(&ReloadEvent<'_>) + Send + 'static {
    let mut failing = None;
    move |event| match event {
        ReloadEvent::Unchanged => {
            failing = None;
            counter!(RELOADS, "result" => "unchanged").increment(1);
        }
        ReloadEvent::Replaced { .. } => {
            failing = None;
            counter!(RELOADS, "result" => "replaced").increment(1);
        }
        ReloadEvent::Failed(error) => {
            counter!(RELOADS, "result" => "failed").increment(1);
            let text = Some(error.to_string());
            if failing != text {
                failing = text;
                counter!(FAILURES, "reason" => reason(error)).increment(1);
            }
        }
        ReloadEvent::NotRegistered(_) => counter!(NOT_REGISTERED).increment(1),
        _ => {}
    }
}

/// The counters are there before anything happened: an alarm sees their first step.
pub(super) fn describe() {
    describe_counter!(RELOADS, "Times that the key ring was looked at, by what came of it.");
    describe_counter!(FAILURES, "Times that reloading the key ring began to fail, or failed in another way.");
    describe_counter!(
        NOT_REGISTERED,
        "Times that the keystore did not keep which generation this node holds."
    );
    for result in RESULTS {
        counter!(RELOADS, "result" => result).increment(0);
    }
    for reason in REASONS {
        counter!(FAILURES, "reason" => reason).increment(0);
    }
    counter!(NOT_REGISTERED).increment(0);
}

/// The last three are alarms: somebody put another ring there.
fn reason(error: &ReloadError) -> &'static str {
    match error {
        ReloadError::Keystore(error) => match error.kind() {
            Store::NotFound => "not_found",
            Store::TooOpen | Store::WrongOwner | Store::NotAFile => "not_trusted",
            Store::Unreachable => "unreachable",
            Store::Sealed => "sealed",
            Store::TooLarge => "not_a_ring",
            _ => "io",
        },
        ReloadError::Keyring(error) => match error.kind() {
            Ring::RolledBack => "rolled_back",
            Ring::Diverged => "diverged",
            Ring::OtherRing => "other_ring",
            _ => "not_a_ring",
        },
        _ => "io",
    }
}

const RELOADS: &str = "gingersnap_keyring_reloads_total";
const FAILURES: &str = "gingersnap_keyring_reload_failures_total";
const NOT_REGISTERED: &str = "gingersnap_keyring_registration_failures_total";
const RESULTS: [&str; 3] = ["unchanged", "replaced", "failed"];
const REASONS: [&str; 9] = [
    "not_found",
    "not_trusted",
    "unreachable",
    "io",
    "sealed",
    "not_a_ring",
    "rolled_back",
    "diverged",
    "other_ring",
];
