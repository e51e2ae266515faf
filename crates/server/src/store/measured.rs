//! A store whose calls are counted, timed, and remembered for `/readyz`.

use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use gingersnap::Timestamp;
use gingersnap::store::{
    Answer, Applied, Changed, Feed, Op, Record, RecordId, SignInRow, Store, StoreError, StoreErrorKind, Task,
    Upkeep, Warnings,
};
use gingersnap::token::PersonId;

use super::health::Health;
use crate::metrics::{StoreCall, store_called, store_conflict};

/// The store of an application, and what its calls have told. A call that nobody waits for to its end counts for nothing.
#[derive(Clone)]
pub(crate) struct Measured {
    store: Arc<dyn Store>,
    health: Arc<Health>,
}

impl Measured {
    pub(crate) fn new(store: Arc<dyn Store>) -> Self {
        Self { store, health: Arc::new(Health::new(Instant::now())) }
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    /// Asks for a record that no session has: any answer will do.
    pub(crate) async fn check(&self) -> Result<(), StoreError> {
        let call = self.store.load(RecordId::from_bytes([0; 16]));
        self.called(StoreCall::Check, call).await.map(drop)
    }

    async fn called<T>(&self, call: StoreCall, answer: Answer<'_, T>) -> Result<(T, Timestamp), StoreError> {
        let started = Instant::now();
        let answer = answer.await;
        let (now, error) = (Instant::now(), answer.as_ref().err().map(StoreError::kind));
        store_called(call, now.saturating_duration_since(started), error);
        self.note(call, error, now);
        answer
    }

    /// A purge says nothing of what the application is answered.
    fn note(&self, call: StoreCall, error: Option<StoreErrorKind>, now: Instant) {
        match call {
            StoreCall::Load | StoreCall::SignIns | StoreCall::Feed | StoreCall::Check => {
                self.health.read(error, now);
            }
            StoreCall::Apply => self.health.wrote(error, now),
            StoreCall::Purge => {}
        }
    }
}

impl Store for Measured {
    fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
        Box::pin(self.called(StoreCall::Load, self.store.load(id)))
    }

    fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
        Box::pin(async move {
            let answer = self.called(StoreCall::Apply, self.store.apply(operations)).await;
            if matches!(answer, Ok((Applied::Conflict(_), _))) {
                store_conflict();
            }
            answer
        })
    }

    fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
        Box::pin(self.called(StoreCall::SignIns, self.store.sign_ins(person)))
    }

    fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
        Box::pin(self.called(StoreCall::Feed, self.store.feed(mark)))
    }

    fn changed(&self) -> Changed {
        self.store.changed()
    }

    fn purge(&self, limit: u32) -> Answer<'_, u32> {
        Box::pin(self.called(StoreCall::Purge, self.store.purge(limit)))
    }

    fn create_tables(&self) -> Answer<'_, ()> {
        self.store.create_tables()
    }

    fn upkeep(&self) -> Upkeep {
        self.store.upkeep()
    }

    fn warnings(&self) -> Warnings<'_> {
        self.store.warnings()
    }

    fn spawn(&self, task: Task) {
        self.store.spawn(task);
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.store.fmt(f)
    }
}

impl fmt::Debug for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Measured({self})")
    }
}

#[cfg(test)]
mod tests {
    use gingersnap::store::MemoryStore;
    use gingersnap::testing::store::{Fault, Faulty};
    use metrics::with_local_recorder;
    use metrics_exporter_prometheus::PrometheusBuilder;

    use super::*;
    use crate::metrics::describe_store;

    fn insert(number: u8) -> [Op; 1] {
        let record = Record { version: 1, bytes: vec![number] };
        [Op::Insert { id: RecordId::from_bytes([number; 16]), owner: None, lifetime: 60, record }]
    }

    /// What was counted while `work` was done with a store.
    fn counted<F: Future<Output = ()>>(work: impl FnOnce(Faulty, Measured) -> F) -> String {
        let recorder = PrometheusBuilder::new().build_recorder();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let store = Faulty::new(MemoryStore::new());
        let measured = Measured::new(Arc::new(store.clone()));
        with_local_recorder(&recorder, || {
            describe_store();
            runtime.block_on(work(store, measured));
        });
        recorder.handle().render()
    }

    #[track_caller]
    fn has(text: &str, series: &str) {
        assert!(text.lines().any(|line| line == series), "no {series} in: {text}");
    }

    #[test]
    fn each_call_is_timed_and_its_failures_are_counted_by_kind() {
        let text = counted(|faulty, store| async move {
            store.load(RecordId::from_bytes([1; 16])).await.expect("an answer");
            store.apply(&insert(1)).await.expect("an answer");
            store.purge(1).await.expect("an answer");
            store.check().await.expect("an answer");
            faulty.next_apply(Fault::Fails(StoreErrorKind::Full));
            assert_eq!(store.apply(&insert(2)).await.expect_err("full").kind(), StoreErrorKind::Full);
        });
        for (call, calls) in [("load", 1), ("apply", 2), ("purge", 1), ("check", 1)] {
            has(&text, &format!("gingersnap_store_call_duration_seconds_count{{call=\"{call}\"}} {calls}"));
        }
        has(&text, "gingersnap_store_errors_total{call=\"apply\",kind=\"full\"} 1");
        has(&text, "gingersnap_store_errors_total{call=\"load\",kind=\"unreachable\"} 0");
        has(&text, "gingersnap_store_conflicts_total 0");
    }

    #[test]
    fn a_conflict_is_an_answer_and_counted_by_itself() {
        let text = counted(|_, store| async move {
            for applied in [Applied::Done, Applied::Conflict(0)] {
                assert_eq!(store.apply(&insert(1)).await.expect("an answer").0, applied);
            }
            assert_eq!(store.health().at(Instant::now()).writes, None);
        });
        has(&text, "gingersnap_store_conflicts_total 1");
        let errors = text.lines().filter(|line| line.starts_with("gingersnap_store_errors_total{"));
        assert!(errors.clone().all(|line| line.ends_with(" 0")) && errors.count() == 60, "{text}");
    }

    #[test]
    fn health_goes_by_what_the_application_asks() {
        counted(|faulty, store| async move {
            faulty.set_down(true);
            let seen = || store.health().at(Instant::now());
            store.purge(1).await.expect_err("it is down");
            assert_eq!((seen().reads, seen().writes), (None, None));
            store.load(RecordId::from_bytes([1; 16])).await.expect_err("it is down");
            store.apply(&insert(1)).await.expect_err("it is down");
            let unreachable = Some(StoreErrorKind::Unreachable);
            assert_eq!((seen().reads, seen().writes), (unreachable, unreachable));
            faulty.set_down(false);
            store.check().await.expect("an answer");
            assert_eq!((seen().reads, seen().writes), (None, unreachable));
        });
    }
}
