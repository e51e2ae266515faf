//! Loads what has ended, for as long as that takes: until then this node is not ready.

use std::time::Duration;

use gingersnap::{KnownEnds, Revoker};
use tokio::time::sleep;

/// Loads it, and leaves it to the session layer to keep it current.
pub(crate) async fn load(revoker: Revoker) {
    loop {
        // The layer logs the first failure of an outage.
        if let Ok(KnownEnds { ended, cut_offs, .. }) = revoker.load().await {
            tracing::info!(ended, cut_offs, "what has ended is loaded");
            return;
        }
        sleep(AGAIN_AFTER).await;
    }
}

const AGAIN_AFTER: Duration = Duration::from_secs(1);
