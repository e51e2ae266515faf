//! Stores of sessions with a server that stops, dies, is slow and comes back, and with a connection that dies.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use gingersnap::store::{Applied, StoreErrorKind, open};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::place::{Place, on_each_server};
use super::proxy::Proxy;
use super::sample::{apply, id, increment, insert, load, record, replace};

on_each_server! { outages:
    a_server_that_stops_is_unreachable_in_time_and_works_when_it_goes_on
    a_server_that_is_slow_by_ten_seconds_is_unreachable_in_time_and_its_late_answers_do_no_harm
    what_was_answered_survives_a_killed_server_and_nothing_is_done_twice
    a_connection_that_dies_after_the_commit_is_an_error_and_nothing_is_sent_again
}

/// No call takes longer.
const LIMIT: Duration = Duration::from_secs(2);

pub(crate) async fn a_server_that_stops_is_unreachable_in_time_and_works_when_it_goes_on(
    server: &mut impl Place,
) {
    let old = server.store();
    old.create_tables().await.unwrap();
    apply(&old, &[insert(id(1), b"1")]).await.unwrap();
    server.stop();
    let mut calls = JoinSet::new();
    // More calls than connections, with one that is there and with those that are to be made.
    for number in 0..24 {
        let store = if number % 2 == 0 { Arc::clone(&old) } else { server.store() };
        calls.spawn(async move {
            let is_read = number % 3 == 0;
            let call = async {
                if is_read {
                    store.load(id(1)).await.map(drop)
                } else {
                    increment(&store, id(1)).await.map(drop)
                }
            };
            // A busy machine may be late to say so.
            timeout(LIMIT + Duration::from_millis(500), call).await.map(Result::unwrap_err)
        });
    }
    for error in calls.join_all().await {
        let error = error.unwrap_or_else(|_| panic!("no error within {LIMIT:?}"));
        assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
        assert!(error.to_string().ends_with(": no answer within 2 s"), "{error}");
    }
    server.go_on();
    let before = load(&old, id(1)).await.unwrap().unwrap().version;
    assert_eq!(increment(&old, id(1)).await.unwrap(), Applied::Done);
    assert_eq!(load(&old, id(1)).await.unwrap().unwrap().version, before + 1);
}

/// Sixty-four clients add to one number until the server was killed and started again.
pub(crate) async fn what_was_answered_survives_a_killed_server_and_nothing_is_done_twice(
    server: &mut impl Place,
) {
    let shared = server.store();
    shared.create_tables().await.unwrap();
    apply(&shared, &[insert(id(1), b"1")]).await.unwrap();
    let (done, unknown) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let ended = Arc::new(AtomicBool::new(false));
    let mut clients = JoinSet::new();
    for _ in 0..64 {
        let (store, ended) = (Arc::clone(&shared), Arc::clone(&ended));
        let (done, unknown) = (Arc::clone(&done), Arc::clone(&unknown));
        clients.spawn(async move {
            while !ended.load(Ordering::Relaxed) {
                match increment(&store, id(1)).await {
                    Ok(Applied::Done) => drop(done.fetch_add(1, Ordering::Relaxed)),
                    Ok(Applied::Conflict(_)) => {}
                    Err(error) => {
                        assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
                        unknown.fetch_add(1, Ordering::Relaxed);
                        sleep(Duration::from_millis(50)).await;
                    }
                }
            }
        });
    }
    at_least(&done, 50).await;
    server.kill();
    sleep(Duration::from_millis(200)).await;
    server.start_again();
    let before = done.load(Ordering::Relaxed);
    at_least(&done, before + 50).await;
    ended.store(true, Ordering::Relaxed);
    clients.join_all().await;
    let found = load(&server.store(), id(1)).await.unwrap().unwrap().version;
    let (done, unknown) = (done.load(Ordering::Relaxed), unknown.load(Ordering::Relaxed));
    assert!(unknown > 0, "the outage was not seen");
    let found = found - 1;
    assert!((done..=done + unknown).contains(&found), "{done} were answered, {unknown} were not: {found}");
}

async fn at_least(count: &AtomicU32, number: u32) {
    let reached = async {
        while count.load(Ordering::Relaxed) < number {
            sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(timeout(Duration::from_secs(60), reached).await.is_ok(), "nothing is answered any more");
}

pub(crate) async fn a_connection_that_dies_after_the_commit_is_an_error_and_nothing_is_sent_again(
    server: &mut impl Place,
) {
    let direct = server.store();
    direct.create_tables().await.unwrap();
    let proxy = Proxy::to(server.own_port(), false);
    let store = open(&server.url_at(proxy.port)).unwrap();
    assert_eq!(apply(&store, &[insert(id(1), b"0"), insert(id(2), b"0")]).await.unwrap(), Applied::Done);
    let write = |number, was| replace(id(number), was, b"new");
    // The statement is prepared with the first of these: what comes to nothing later is its execution.
    assert_eq!(apply(&store, &[write(1, 1)]).await.unwrap(), Applied::Done);
    for operations in [&[write(1, 2)][..], &[write(1, 3), write(2, 1)]] {
        proxy.be_silent(true);
        let lost = timeout(LIMIT, store.apply(operations)).await.unwrap().unwrap_err();
        assert_eq!(lost.kind(), StoreErrorKind::Unreachable, "{lost}");
        proxy.be_silent(false);
        // It was done once: one who asks finds it.
        assert_eq!(apply(&store, operations).await.unwrap(), Applied::Conflict(0));
    }
    for (number, version) in [(1, 4), (2, 2)] {
        assert_eq!(load(&direct, id(number)).await.unwrap(), Some(record(version, b"new")));
    }
}

/// Each way takes ten seconds: who waits is answered in time, and what arrives late undoes nothing.
pub(crate) async fn a_server_that_is_slow_by_ten_seconds_is_unreachable_in_time_and_its_late_answers_do_no_harm(
    server: &mut impl Place,
) {
    let direct = server.store();
    direct.create_tables().await.unwrap();
    let proxy = Proxy::to(server.own_port(), false);
    let url = server.url_at(proxy.port);
    let (store, other) = (open(&url).unwrap(), open(&url).unwrap());
    apply(&store, &[insert(id(1), b"1"), insert(id(2), b"1")]).await.unwrap();
    assert_eq!(apply(&store, &[replace(id(1), 1, b"2")]).await.unwrap(), Applied::Done);
    proxy.be_slow(Duration::from_secs(10));
    let late = [replace(id(1), 2, b"late")];
    let (load_late, new_late) = (store.load(id(1)), other.load(id(1)));
    let calls = async { tokio::join!(store.apply(&late), load_late, new_late) };
    // A busy machine may be late to say so.
    let (written, loaded, begun) = timeout(LIMIT + Duration::from_millis(500), calls).await.unwrap();
    for error in [written.map(drop), loaded.map(drop), begun.map(drop)].map(Result::unwrap_err) {
        assert_eq!(error.kind(), StoreErrorKind::Unreachable, "{error}");
        assert!(error.to_string().ends_with(": no answer within 2 s"), "{error}");
    }
    proxy.be_slow(Duration::ZERO);
    let begun = Instant::now();
    assert_eq!(apply(&store, &[replace(id(1), 2, b"new")]).await.unwrap(), Applied::Done);
    assert_eq!(load(&other, id(1)).await.unwrap(), Some(record(3, b"new")));
    // Meanwhile come the late request at the server, and its answer here.
    let mut done = 1;
    while begun.elapsed() < Duration::from_secs(11) {
        assert_eq!(increment(&store, id(2)).await.unwrap(), Applied::Done);
        done += 1;
        for store in [&store, &other, &direct] {
            assert_eq!(load(store, id(1)).await.unwrap(), Some(record(3, b"new")));
            assert_eq!(load(store, id(2)).await.unwrap(), Some(record(done, done.to_string().as_bytes())));
        }
        sleep(Duration::from_millis(100)).await;
    }
}
