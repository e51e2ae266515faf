//! The layer's events for the operator.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};
use std::marker::PhantomData;
use std::sync::Once;

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Collects the events of this thread until it is dropped.
pub(crate) struct Events {
    /// The events of an outer collector that goes on afterwards.
    outer: Option<Vec<String>>,
    /// Keeps it on this thread.
    _here: PhantomData<*const ()>,
}

impl Events {
    /// One subscriber serves the whole process: tracing caches whether anybody wants an event, and with a subscriber
    /// for each thread a thread without one could switch it off for all.
    pub(crate) fn start() -> Self {
        static SUBSCRIBED: Once = Once::new();
        SUBSCRIBED.call_once(|| tracing::subscriber::set_global_default(Collector).unwrap());
        // Another thread may have met callsites while there was no subscriber.
        tracing::callsite::rebuild_interest_cache();
        Self { outer: SEEN.replace(Some(Vec::new())), _here: PhantomData }
    }

    /// The events since the last call, each as `LEVEL message field=value …`.
    pub(crate) fn take(&self) -> Vec<String> {
        SEEN.replace(Some(Vec::new())).unwrap()
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        SEEN.set(self.outer.take());
    }
}

thread_local! {
    /// The events that this thread has seen, if it wants any.
    static SEEN: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
}

struct Collector;

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "gingersnap"
    }

    fn event(&self, event: &Event<'_>) {
        SEEN.with_borrow_mut(|seen| {
            let Some(seen) = seen else { return };
            let mut text = Text { message: String::new(), fields: String::new() };
            event.record(&mut text);
            seen.push(format!("{} {}{}", event.metadata().level(), text.message, text.fields));
        });
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

struct Text {
    message: String,
    fields: String,
}

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => self.message = format!("{value:?}"),
            name => write!(self.fields, " {name}={value:?}").unwrap(),
        }
    }
}
