//! Asks the store now and then, so that `/readyz` knows of it where no request does: a probe of `/readyz` asks nothing.

use std::time::{Duration, Instant};

use gingersnap::store::Store as _;
use tokio::time::sleep;

use super::health::Seen;
use super::measured::Measured;

/// Looks after a store for as long as the runtime lasts.
pub(crate) async fn watch(store: Measured) {
    let mut watch = Watch { store, error: None, asked_after: None, warnings: Vec::new() };
    loop {
        watch.look().await;
        sleep(EVERY).await;
    }
}

struct Watch {
    store: Measured,
    /// The error that was logged last, since the store last answered.
    error: Option<String>,
    /// Outages before the server was last asked for its settings: another may have taken its place since.
    asked_after: Option<u64>,
    /// The warnings that were logged last.
    warnings: Vec<String>,
}

impl Watch {
    async fn look(&mut self) {
        if self.is_due(self.seen()) {
            self.check().await;
        }
        let Seen { reads, outages, .. } = self.seen();
        if reads.is_none() && self.asked_after != Some(outages) {
            self.warn(outages).await;
        }
    }

    fn seen(&self) -> Seen {
        self.store.health().at(Instant::now())
    }

    /// Before the first answer, and where requests have brought none lately.
    fn is_due(&self, seen: Seen) -> bool {
        self.asked_after.is_none() || self.error.is_some() || seen.reads.is_some() || seen.unanswered >= EVERY
    }

    /// Logs an error once for as long as it stays the same.
    async fn check(&mut self) {
        let store = &self.store;
        match store.check().await {
            Ok(()) if self.error.take().is_some() => tracing::info!(%store, "store answers again"),
            Ok(()) => {}
            Err(error) => {
                let text = error.to_string();
                if self.error.as_ref() != Some(&text) {
                    tracing::error!(error = text, hint = error.hint(), "store does not answer");
                }
                self.error = Some(text);
            }
        }
    }

    async fn warn(&mut self, outages: u64) {
        // What fails is asked again at the next look.
        let Ok(warnings) = self.store.warnings().await else { return };
        self.asked_after = Some(outages);
        if warnings != self.warnings {
            let store = &self.store;
            warnings.iter().for_each(|warning| tracing::warn!(%store, warning, "store may lose sessions"));
            self.warnings = warnings;
        }
    }
}

const EVERY: Duration = Duration::from_secs(5);
