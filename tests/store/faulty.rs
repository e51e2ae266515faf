//! The store whose faults a test chooses.

use std::sync::Arc;

use gingersnap::store::{Applied, MemoryStore, Store as _, StoreErrorKind as Kind};
use gingersnap::testing::store::{Fault, Faulty, conforms};
use tokio::sync::Notify;

use super::sample::{apply, id, insert, load, record, replace};

#[tokio::test]
async fn without_faults_it_keeps_every_promise() {
    let store = Faulty::new(MemoryStore::new());
    conforms(store.clone(), store).await;
}

#[tokio::test]
async fn each_fault_meets_one_call_in_order() {
    let store = Faulty::new(MemoryStore::new());
    store.next_apply(Fault::Fails(Kind::Full));
    store.next_apply(Fault::LosesAnswer);
    store.next_load(Fault::Fails(Kind::Io));
    let error = apply(&store, &[insert(id(1), b"one")]).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (Kind::Full, "cannot use faulty memory: full"));
    assert_eq!(load(&store, id(1)).await.unwrap_err().kind(), Kind::Io);
    assert_eq!(load(&store, id(1)).await, Ok(None));
    assert_eq!(apply(&store, &[insert(id(1), b"one")]).await.unwrap_err().kind(), Kind::Unreachable);
    assert_eq!(load(&store, id(1)).await, Ok(Some(record(1, b"one"))));
    assert_eq!(apply(&store, &[insert(id(1), b"one")]).await, Ok(Applied::Conflict(0)));
}

#[tokio::test]
async fn a_store_that_is_down_does_nothing_until_it_is_up() {
    let store = Faulty::new(MemoryStore::new());
    store.set_down(true);
    assert_eq!(apply(&store, &[insert(id(1), b"one")]).await.unwrap_err().kind(), Kind::Unreachable);
    assert_eq!(store.purge(1).await.unwrap_err().kind(), Kind::Unreachable);
    store.set_down(false);
    assert_eq!(load(&store, id(1)).await, Ok(None));
}

#[tokio::test]
async fn a_call_waits_before_or_after_it_is_carried_out() {
    let store = Faulty::new(MemoryStore::new());
    apply(&store, &[insert(id(1), b"one")]).await.unwrap();
    let wait = |gate: &Arc<Notify>| {
        let gate = Arc::clone(gate);
        Box::pin(async move { gate.notified().await })
    };
    for (is_after, seen) in [(false, 1), (true, 3)] {
        let gate = Arc::new(Notify::new());
        let fault = if is_after { Fault::AnswersAfter(wait(&gate)) } else { Fault::Waits(wait(&gate)) };
        store.next_apply(fault);
        let (own, was) = (store.clone(), if is_after { 2 } else { 1 });
        let task = tokio::spawn(async move { apply(&own, &[replace(id(1), was, b"next")]).await });
        tokio::task::yield_now().await;
        assert_eq!(load(&store, id(1)).await.unwrap().unwrap().version, seen);
        gate.notify_one();
        assert_eq!(task.await.unwrap(), Ok(Applied::Done));
    }
}
