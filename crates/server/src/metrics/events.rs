//! Counts what the session layer tells by its events: refused cookies, and what a store has to do with.

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
pub(crate) struct Events;

impl Events {
    /// It hears its events whatever the log's level is.
    pub(crate) fn layer<S: Subscriber + for<'s> LookupSpan<'s>>() -> impl Layer<S> {
        Self.with_filter(Targets::new().with_target(TARGET, LevelFilter::INFO))
    }
}

impl<S: Subscriber> Layer<S> for Events {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut heard = Heard::default();
        if event.metadata().target() == TARGET {
            event.record(&mut heard);
        }
        match heard.what {
            Some(What::Refused) => {
                counter!(REFUSED, "reason" => heard.reason.unwrap_or(OTHER)).increment(1);
            }
            Some(What::Spilled) => counter!(SPILLED).increment(1),
            Some(What::GaveWay) => counter!(GAVE_WAY).increment(1),
            None => {}
        }
    }
}

pub(super) fn describe() {
    describe_counter!(REFUSED, "Cookies of ours that were refused, by the rule that they broke.");
    for reason in Refusal::ALL.map(Refusal::name).into_iter().chain([OTHER]) {
        counter!(REFUSED, "reason" => reason).increment(0);
    }
}

/// What happens only with a store.
pub(super) fn describe_store() {
    describe_counter!(SPILLED, "Sessions that moved to the store because they did not fit their cookie.");
    describe_counter!(GAVE_WAY, "Changes by requests that only read, dropped because another was faster.");
    counter!(SPILLED).increment(0);
    counter!(GAVE_WAY).increment(0);
}

/// An event that is counted.
#[derive(Clone, Copy)]
enum What {
    Refused,
    Spilled,
    GaveWay,
}

/// The facts of an event.
#[derive(Default)]
struct Heard {
    what: Option<What>,
    reason: Option<&'static str>,
}

impl Visit for Heard {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "reason" {
            // A known name or none: this list bounds the number of label values, not the caller that logs.
            self.reason = Refusal::ALL.map(Refusal::name).into_iter().find(|name| *name == value);
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            let text = format!("{value:?}");
            self.what = WORDS.into_iter().find(|(words, _)| *words == text).map(|(_, what)| what);
        }
    }
}

/// The library's words for what is counted.
const WORDS: [(&str, What); 3] = [
    ("cookie refused", What::Refused),
    ("session moved to the store: it does not fit its cookie", What::Spilled),
    ("change of a request that only reads dropped: another request was faster", What::GaveWay),
];
const TARGET: &str = "gingersnap";
const REFUSED: &str = "gingersnap_cookies_refused_total";
const SPILLED: &str = "gingersnap_sessions_spilled_total";
const GAVE_WAY: &str = "gingersnap_sessions_gave_way_total";
/// A rule of a library that is newer than this list.
const OTHER: &str = "other";

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::extract::Path;
    use axum::routing::{get, post};
    use gingersnap::store::MemoryStore;
    use gingersnap::testing::store::{Fault, Faulty};
    use gingersnap::testing::{Browser, keyring};
    use gingersnap::{Map, Session, SessionLayer};
    use metrics::with_local_recorder;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;

    /// Pages that put a text of this length into the session.
    fn shop(store: &Faulty) -> Router {
        let page = async |Path(length): Path<usize>, mut session: Session| {
            session.insert("text", "x".repeat(length));
        };
        let saved = async |Path(length): Path<usize>, mut session: Session| {
            session.insert("text", "x".repeat(length));
            session.save().await
        };
        let sessions = SessionLayer::builder(keyring(), "shop").store(store.clone());
        let sessions = sessions.session::<Map>("session").build().expect("a layer");
        let pages = Router::new().route("/{length}", get(page).post(page));
        pages.route("/saved/{length}", post(saved)).layer(sessions)
    }

    /// What was counted while `work` was done.
    fn counted(work: impl Future<Output = ()>) -> String {
        let recorder = super::super::recorder().expect("a recorder");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let subscriber = tracing_subscriber::registry().with(Events::layer());
        with_local_recorder(&recorder, || {
            describe_store();
            tracing::subscriber::with_default(subscriber, || runtime.block_on(work));
        });
        recorder.handle().render()
    }

    #[test]
    fn what_spilled_and_what_gave_way_is_counted() {
        let text = counted(async {
            let store = Faulty::new(MemoryStore::new());
            let mut browser = Browser::new(shop(&store));
            browser.post("/10", "").await;
            browser.post("/5000", "").await;
            let mut other = browser.clone();
            store.next_apply(Fault::Waits(Box::pin(async move {
                assert_eq!(other.post("/11", "").await.status, 200);
            })));
            assert_eq!(browser.get("/12").await.status, 200, "its page goes out");
        });
        for line in ["gingersnap_sessions_spilled_total 1\n", "gingersnap_sessions_gave_way_total 1\n"] {
            assert!(text.contains(line), "{text}");
        }
    }

    #[test]
    fn a_session_spills_once_though_it_is_saved_before_the_response() {
        let text = counted(async {
            let mut browser = Browser::new(shop(&Faulty::new(MemoryStore::new())));
            for length in [5000, 5001] {
                assert_eq!(browser.post(&format!("/saved/{length}"), "").await.status, 200);
            }
        });
        assert!(text.contains("gingersnap_sessions_spilled_total 1\n"), "{text}");
    }

    #[test]
    fn a_session_that_could_not_be_stored_did_not_spill() {
        let text = counted(async {
            let store = Faulty::new(MemoryStore::new());
            store.set_down(true);
            assert_eq!(Browser::new(shop(&store)).post("/5000", "").await.status, 503);
        });
        assert!(text.contains("gingersnap_sessions_spilled_total 0\n"), "{text}");
    }
}
