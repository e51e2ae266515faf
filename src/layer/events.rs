//! Events go to `tracing` under the target `gingersnap`: never a token, a claim or a cookie value.

use crate::session::Event;
use crate::{Refusal, RefusalClass};

/// The program's own fault: without this event it would be an empty 500 and nothing else.
pub(super) fn misused(error: &str) {
    tracing::error!(target: "gingersnap", error, "the session layer is misused");
}

/// A ring for development is in use: it must never be used for anything else.
pub(super) fn development(place: &str) {
    if cfg!(debug_assertions) {
        tracing::warn!(target: "gingersnap", place, "a key ring for development is in use");
    } else {
        tracing::error!(target: "gingersnap", place, "a key ring for development is in use, in a release build");
    }
}

/// Sends an event. `gingersnap-server` recognises refusals, spilled data and changes that gave way by these words, and counts
/// them.
pub(super) fn trace(event: &Event) {
    match event {
        Event::Refused { cookie, refusal } => {
            let (reason, unsettled) = (refusal.name(), refusal.class() == RefusalClass::Unsettled);
            if matches!(
                refusal,
                Refusal::ChangedShape | Refusal::BadData | Refusal::NoStore | Refusal::BadRecord
            ) {
                // Our own program's fault, which loses sessions: only we can have sealed this data.
                tracing::error!(target: "gingersnap", cookie, reason, unsettled, error = %refusal, "cookie refused");
            } else {
                tracing::info!(target: "gingersnap", cookie, reason, unsettled, "cookie refused");
            }
        }
        Event::SignedIn => tracing::info!(target: "gingersnap", "signed in"),
        Event::SignedOut => tracing::info!(target: "gingersnap", "signed out"),
        Event::StillElsewhere { key, is_retried } => {
            tracing::error!(target: "gingersnap", key, is_retried, "a sign-out has not reached the store: other nodes take its cookies for good until it has");
        }
        Event::Reauthenticated => tracing::info!(target: "gingersnap", "authenticated again"),
        Event::ActivityFromFuture => {
            tracing::warn!(target: "gingersnap", "activity was written down by a clock that is ahead; it counts as now");
        }
        Event::ActivityNotSent { error } => {
            tracing::warn!(target: "gingersnap", error, "activity not written down; the session may end early");
        }
        Event::ForeignIdentity => {
            tracing::error!(target: "gingersnap", "a response bore the identity of another session; it was not sent");
        }
        Event::ChangeDropped { cookie, error } => {
            tracing::warn!(target: "gingersnap", cookie, error, "session not sent beside a sign-in or sign-out");
        }
        Event::GuestRemoved { cookie } => {
            tracing::info!(target: "gingersnap", cookie, "a guest's session removed: it is not the person's who is signed in");
        }
        Event::MessagesDropped { cookie, dropped, cut } => {
            tracing::warn!(target: "gingersnap", cookie, dropped, cut, "messages dropped or cut: they have no room");
        }
        Event::Spilled { cookie } => {
            tracing::info!(target: "gingersnap", cookie, "session moved to the store: it does not fit its cookie");
        }
        Event::GaveWay { cookie } => {
            tracing::warn!(target: "gingersnap", cookie, "change of a request that only reads dropped: another request was faster");
        }
        Event::StoreFailed { error, hint } => {
            tracing::error!(target: "gingersnap", error, hint, "store not reached or not usable");
        }
        Event::EndsKnown => {
            tracing::info!(target: "gingersnap", "what has ended is known again");
        }
        Event::ChangedTooLate { cookie } => {
            tracing::error!(target: "gingersnap", cookie, "session changed after the response's head was sent; the change is lost");
        }
        Event::LargeResponse { bytes } => {
            tracing::warn!(target: "gingersnap", bytes, "Set-Cookie fields pass the response budget; a proxy with default buffers may answer 502");
        }
        Event::Misused { error } => misused(error),
        Event::CommitFailed { error } => tracing::error!(target: "gingersnap", error, "session not sent"),
    }
}
