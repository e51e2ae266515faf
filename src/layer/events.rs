//! Events go to `tracing` under the target `gingersnap`: never a token, a claim or a cookie value.

use crate::RefusalClass;
use crate::session::{Event, Observer};

pub(super) struct Tracing;

impl Observer for Tracing {
    fn event(&self, event: &Event) {
        match event {
            Event::Refused { cookie, refusal } => {
                // `gingersnap-server` counts its metric by these words.
                let unsettled = refusal.class() == RefusalClass::Unsettled;
                tracing::info!(target: "gingersnap", cookie, reason = refusal.name(), unsettled, "cookie refused");
            }
            Event::SignedIn => tracing::info!(target: "gingersnap", "signed in"),
            Event::SignedOut => tracing::info!(target: "gingersnap", "signed out"),
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
            Event::ChangedTooLate { cookie } => {
                tracing::error!(target: "gingersnap", cookie, "session changed after the response's head was sent; the change is lost");
            }
            Event::LargeResponse { bytes } => {
                tracing::warn!(target: "gingersnap", bytes, "Set-Cookie fields pass 3,072 bytes; a proxy with default buffers may answer 502");
            }
            Event::CommitFailed { error } => tracing::error!(target: "gingersnap", error, "session not sent"),
        }
    }
}
