//! The store in memory.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use gingersnap::store::{Applied, MemoryStore, Op, Store, StoreErrorKind as Kind};
use gingersnap::testing::TestClock;
use tokio::sync::Notify;

use super::sample::{apply, id, insert, load, record, replace};

/// Room for ten records of 100 bytes.
fn small() -> (MemoryStore, TestClock) {
    let clock = TestClock::new();
    (MemoryStore::with_clock(10 * (1 + 100 + 108), clock.clone()), clock)
}

async fn fill(store: &MemoryStore) {
    for number in 0..10 {
        assert_eq!(apply(store, &[insert(id(number), &[number; 100])]).await, Ok(Applied::Done));
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_nothing_is_forgotten_for_it() {
    let (store, _) = small();
    fill(&store).await;
    let error = apply(&store, &[replace(id(0), 1, &[9; 100]), insert(id(99), b"")]).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Full);
    assert_eq!(error.to_string(), "cannot write memory: its 2090 bytes are taken");
    for number in 0..10 {
        assert_eq!(load(&store, id(number)).await, Ok(Some(record(1, &[number; 100]))));
    }
    let error = apply(&store, &[replace(id(0), 1, &[9; 101])]).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Full, "a record that grows");
}

#[tokio::test]
async fn a_full_store_takes_what_needs_no_more_room() {
    let (store, _) = small();
    fill(&store).await;
    assert_eq!(apply(&store, &[replace(id(0), 1, &[9; 100])]).await, Ok(Applied::Done));
    let another = [Op::Remove { id: id(1), owner: None }, insert(id(11), &[11; 100])];
    assert_eq!(apply(&store, &another).await, Ok(Applied::Done));
    assert_eq!(apply(&store, &[insert(id(0), &[0; 200])]).await, Ok(Applied::Conflict(0)));
}

#[tokio::test]
async fn records_that_ended_an_hour_ago_make_room() {
    let (store, clock) = small();
    fill(&store).await;
    clock.advance(3600 + 3600);
    assert_eq!(apply(&store, &[insert(id(11), b"")]).await.unwrap_err().kind(), Kind::Full);
    clock.advance(1);
    assert_eq!(apply(&store, &[insert(id(11), b"")]).await, Ok(Applied::Done));
    assert_eq!(load(&store, id(0)).await, Ok(None));
}

#[tokio::test]
async fn writes_sweep_what_ended_a_few_at_a_time() {
    let clock = TestClock::new();
    let store = MemoryStore::with_clock(1 << 20, clock.clone());
    for number in 0..=255 {
        apply(&store, &[insert(id(number), b"")]).await.unwrap();
    }
    clock.advance(3600 + 3601);
    for _ in 0..256 * 64 {
        apply(&store, &[]).await.unwrap();
    }
    assert_eq!(store.purge(1000).await.unwrap().0, 0, "all were gone");
}

#[tokio::test]
async fn purge_removes_no_more_than_its_limit_and_nothing_that_lives() {
    let (store, clock) = small();
    fill(&store).await;
    clock.advance(3600);
    apply(&store, &[replace(id(3), 1, b"lives")]).await.unwrap();
    clock.advance(3601);
    assert_eq!(store.purge(4).await.unwrap().0, 4);
    assert_eq!(store.purge(4).await.unwrap().0, 4);
    assert_eq!(store.purge(4).await.unwrap().0, 1);
    assert_eq!(store.purge(4).await.unwrap().0, 0);
    assert_eq!(store.upkeep().removed, 9);
    assert_eq!(load(&store, id(3)).await, Ok(Some(record(2, b"lives"))));
}

#[tokio::test]
async fn a_clock_that_goes_back_removes_nothing() {
    let (store, clock) = small();
    fill(&store).await;
    clock.set(0);
    assert_eq!(store.purge(100).await.unwrap().0, 0);
    assert_eq!(load(&store, id(0)).await, Ok(Some(record(1, &[0; 100]))));
}

#[tokio::test]
async fn an_answer_carries_the_time_of_the_clock_that_was_given() {
    let (store, clock) = small();
    clock.set(77);
    assert_eq!(store.load(id(0)).await.unwrap().1.unix(), 77);
    assert_eq!(store.apply(&[]).await.unwrap().1.unix(), 77);
}

#[test]
fn a_task_on_the_stores_own_answers_is_done_when_spawn_returns() {
    let (store, _) = small();
    let other = store.clone();
    store.spawn(Box::pin(async move {
        apply(&other, &[insert(id(1), b"written")]).await.unwrap();
    }));
    let (told, asked) = channel();
    let other = store.clone();
    store.spawn(Box::pin(async move { told.send(load(&other, id(1)).await).unwrap() }));
    assert_eq!(asked.try_recv().unwrap(), Ok(Some(record(1, b"written"))));
}

#[test]
fn a_task_that_waits_is_carried_through_by_a_thread() {
    let (store, _) = small();
    let (go, told) = (Arc::new(Notify::new()), channel());
    let waits = Arc::clone(&go);
    store.spawn(Box::pin(async move {
        waits.notified().await;
        told.0.send(()).unwrap();
    }));
    assert!(told.1.recv_timeout(Duration::from_millis(50)).is_err());
    go.notify_one();
    told.1.recv_timeout(Duration::from_secs(10)).unwrap();
}

#[test]
fn it_shows_nothing_of_what_it_keeps() {
    let (store, _) = small();
    assert_eq!(
        format!("{store} {store:?} {:?}", &store as &dyn Store),
        "memory MemoryStore(memory) Store(memory)"
    );
}
