//! Connections of a store: how many, how long they are waited for, and when they end.

use std::sync::Arc;
use std::time::Duration;

use gingersnap::store::{Applied, Store as _, StoreErrorKind};
use tokio::time::{sleep, timeout};

use super::Database;
use crate::open::fails;
use crate::sample::{apply, id, increment, insert, load, record, replace};
use crate::servers::until;

#[tokio::test]
async fn a_write_that_waits_for_a_lock_ends_in_time_and_is_not_done_later() {
    let Some(place) = Database::empty("store_locked") else { return };
    let store = place.store();
    store.create_tables().await.unwrap();
    apply(&store, &[insert(id(1), b"one")]).await.unwrap();
    let server = Arc::clone(&place.server);
    let holder = std::thread::spawn(move || {
        let hold = "BEGIN; SELECT FROM gingersnap_sessions FOR UPDATE; SELECT pg_sleep(5); COMMIT";
        server.sql("store_locked", hold)
    });
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(5)%' AND wait_event = 'PgSleep'";
    assert!(until(Duration::from_secs(5), || place.sql(waiting) == "1"));
    let operations = [replace(id(1), 1, b"two")];
    let late = timeout(Duration::from_secs(2), store.apply(&operations)).await.unwrap();
    let message = format!("cannot write sessions at {}: no answer within 2 s", place.shown());
    fails(late, StoreErrorKind::Unreachable, &message, Some("it may have been done nevertheless"));
    // Others are read and written meanwhile.
    assert_eq!(apply(&store, &[insert(id(2), b"two")]).await.unwrap(), Applied::Done);
    holder.join().unwrap();
    assert_eq!(load(&store, id(1)).await.unwrap(), Some(record(1, b"one")));
}

/// As after a restart, or when an administrator ends a session.
#[tokio::test]
async fn connections_that_ended_while_they_were_idle_fail_no_call() {
    let Some(place) = Database::empty("store_ended") else { return };
    let store = place.store();
    store.create_tables().await.unwrap();
    apply(&store, &[insert(id(1), b"0")]).await.unwrap();
    let end = "SELECT count(pg_terminate_backend(pid, 5000)) > 0 FROM pg_stat_activity \
               WHERE datname = 'store_ended' AND pid <> pg_backend_pid()";
    for _ in 0..2 {
        let four = [0; 4].map(|_| store.load(id(1)));
        let [one, two, three, four] = four;
        let all = tokio::join!(one, two, three, four);
        assert!(all.0.is_ok() && all.1.is_ok() && all.2.is_ok() && all.3.is_ok());
        assert_eq!(place.sql(end), "t");
        sleep(Duration::from_millis(2_500)).await;
        assert_eq!(increment(&store, id(1)).await.unwrap(), Applied::Done);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_ten_connections_at_most_and_none_when_it_is_closed() {
    let Some(place) = Database::empty("store_bounded") else { return };
    let store = place.store();
    store.create_tables().await.unwrap();
    apply(&store, &[insert(id(1), b"0")]).await.unwrap();
    for _ in 0..50 {
        let own = store.clone();
        store.spawn(Box::pin(async move { while increment(&own, id(1)).await.unwrap() != Applied::Done {} }));
    }
    let count =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'store_bounded' AND pid <> pg_backend_pid()";
    let connections: u32 = place.sql(count).parse().unwrap();
    assert!((1..=10).contains(&connections), "{connections}");
    timeout(Duration::from_secs(20), store.close()).await.unwrap();
    assert!(until(Duration::from_secs(5), || place.sql(count) == "0"));
    let message = format!("cannot read sessions at {}: this store was closed", place.shown());
    fails(store.load(id(1)).await, StoreErrorKind::Unreachable, &message, None);
    assert_eq!(load(&place.store(), id(1)).await.unwrap(), Some(record(51, b"51")));
}

/// The task that follows the ends is one of the tasks that closing waits for: it ends then.
#[tokio::test]
async fn a_store_closes_though_somebody_waits_for_changes() {
    let Some(place) = Database::empty("store_closing") else { return };
    let store = place.store();
    store.create_tables().await.unwrap();
    let changed: Vec<_> = (0..100).map(|_| store.changed()).collect();
    store.spawn(Box::pin(async move {
        for changed in changed {
            changed.await;
        }
    }));
    timeout(Duration::from_secs(2), store.close()).await.unwrap();
    assert!(!store.changed().await);
}
