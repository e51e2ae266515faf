//! Sessions in Redis when the server is full, flushed, a replica, slow, or away for a while.

use std::sync::Arc;
use std::time::Duration;

use gingersnap::store::{Applied, Op, RedisStore, Store as _, StoreErrorKind as Kind};
use tokio::time::sleep;

use super::redis::open;
use super::sample::{apply, id, insert, load, record, replace};
use super::servers::{Mortal as _, Redis};

/// Flushed rows are gone, and a pointer to one names nothing: no write brings it back.
#[tokio::test]
async fn what_was_flushed_is_gone_and_not_revived() {
    let Some(server) = Redis::start() else { return };
    let store = open(&server);
    apply(&store, &[insert(id(1), b"cart")]).await.unwrap();
    server.command(&["FLUSHALL"]);
    assert_eq!(load(&store, id(1)).await, Ok(None));
    assert_eq!(apply(&store, &[replace(id(1), 1, b"cart")]).await, Ok(Applied::Conflict(0)));
    server.command(&["SCRIPT", "FLUSH"]);
    assert_eq!(apply(&store, &[insert(id(2), b"cart")]).await, Ok(Applied::Done));
}

/// A full server takes nothing new, whole or not at all, and forgets nothing; it is read, and sessions end there.
#[tokio::test]
async fn a_full_server_takes_no_more_and_still_ends_sessions() {
    let Some(server) = Redis::start() else { return };
    let store = open(&server);
    apply(&store, &[insert(id(1), b"one"), insert(id(2), b"two")]).await.unwrap();
    server.command(&["CONFIG", "SET", "maxmemory", "1"]);
    let absent = Op::Remove { id: id(9), owner: None };
    for operations in
        [&[insert(id(3), b"three")][..], &[replace(id(1), 1, b"next")], &[absent, insert(id(3), b"three")]]
    {
        let error = apply(&store, operations).await.unwrap_err();
        assert_eq!((error.kind(), error.hint()), (Kind::Full, Some("make room; what is kept is whole")));
    }
    assert_eq!(load(&store, id(1)).await, Ok(Some(record(1, b"one"))));
    assert_eq!(load(&store, id(2)).await, Ok(Some(record(1, b"two"))));
    // One for another: a sign-in's renewal.
    let renewed = [Op::Remove { id: id(2), owner: None }, insert(id(3), b"three")];
    assert_eq!(apply(&store, &renewed).await, Ok(Applied::Done));
    assert_eq!(apply(&store, &[Op::Remove { id: id(3), owner: None }]).await, Ok(Applied::Done));
    server.command(&["CONFIG", "SET", "maxmemory", "0"]);
    assert_eq!(apply(&store, &[insert(id(3), b"three")]).await, Ok(Applied::Done));
}

/// A replica lags: it is neither read nor told that something ended.
#[tokio::test]
async fn a_replica_is_refused_and_left_when_it_is_a_primary_again() {
    let Some(server) = Redis::start() else { return };
    let store = open(&server);
    apply(&store, &[insert(id(1), b"one")]).await.unwrap();
    server.command(&["REPLICAOF", "127.0.0.1", "1"]);
    let errors = [
        load(&store, id(1)).await.map(drop),
        apply(&store, &[replace(id(1), 1, b"two")]).await.map(drop),
        apply(&store, &[replace(id(1), 9, b"conflict")]).await.map(drop),
        apply(&store, &[Op::Remove { id: id(9), owner: None }]).await.map(drop),
        store.purge(1).await.map(drop),
        store.create_tables().await.map(drop),
    ];
    for error in errors {
        let error = error.unwrap_err();
        assert_eq!(error.kind(), Kind::ReadOnly, "{error}");
        assert!(error.hint().is_some_and(|hint| hint.starts_with("name the primary server")), "{error:?}");
    }
    server.command(&["REPLICAOF", "NO", "ONE"]);
    assert_eq!(load(&store, id(1)).await, Ok(Some(record(1, b"one"))));
}

#[tokio::test]
async fn a_server_that_takes_no_changes_is_read() {
    let Some(server) = Redis::start() else { return };
    let store = open(&server);
    apply(&store, &[insert(id(1), b"one")]).await.unwrap();
    server.command(&["CONFIG", "SET", "min-replicas-to-write", "1"]);
    let error = apply(&store, &[replace(id(1), 1, b"two")]).await.unwrap_err();
    assert!(error.to_string().contains("NOREPLICAS"), "{error}");
    assert_eq!(load(&store, id(1)).await, Ok(Some(record(1, b"one"))));
}

#[tokio::test]
async fn a_connection_that_the_server_ended_fails_no_later_call() {
    let Some(server) = Redis::start() else { return };
    let store = open(&server);
    for version in 1..5 {
        let operation = if version == 1 { insert(id(1), b"") } else { replace(id(1), version - 1, b"") };
        assert_eq!(apply(&store, &[operation]).await, Ok(Applied::Done));
        server.command(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
        // The end has to come here first.
        sleep(Duration::from_millis(100)).await;
    }
}

/// Nobody asked anything in between: the connection ended while it was idle.
#[tokio::test]
async fn a_server_that_was_started_again_fails_no_later_call() {
    let Some(mut server) = Redis::start() else { return };
    let store = open(&server);
    apply(&store, &[insert(id(1), b"kept")]).await.unwrap();
    server.kill();
    // The end has to come here first.
    sleep(Duration::from_millis(100)).await;
    server.start_again();
    assert_eq!(apply(&store, &[replace(id(1), 1, b"next")]).await, Ok(Applied::Done));
}

#[test]
fn a_connection_that_ended_with_its_runtime_fails_no_later_call() {
    let Some(server) = Redis::start() else { return };
    let store = open(&server);
    for number in 0..3 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        assert_eq!(runtime.block_on(apply(&store, &[insert(id(number), b"")])), Ok(Applied::Done));
    }
}

/// One slow call holds the others up no longer than their own two seconds, and then there is another connection.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_slow_is_unreachable_meanwhile() {
    let Some(server) = Redis::start() else { return };
    let store = open(&server);
    apply(&store, &[insert(id(1), b"")]).await.unwrap();
    let server = Arc::new(server);
    let other = Arc::clone(&server);
    let busy = tokio::task::spawn_blocking(move || other.command(&["EVAL", BUSY, "0"]));
    sleep(Duration::from_millis(200)).await;
    let error = load(&store, id(1)).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Unreachable);
    assert!(error.to_string().ends_with(": no answer within 2 s"), "{error}");
    busy.await.unwrap();
    assert_eq!(load(&store, id(1)).await, Ok(Some(record(1, b""))));
}

#[tokio::test]
async fn the_server_may_be_there_later_than_the_store() {
    let store = RedisStore::open("redis://127.0.0.1:1#shop").unwrap();
    let error = load(&store, id(1)).await.unwrap_err();
    let message = "cannot read sessions at redis://127.0.0.1:1/0#shop: Connection refused (os error 111)";
    assert_eq!((error.kind(), error.to_string().as_str()), (Kind::Unreachable, message));
}

/// Four seconds in which the server does nothing else.
const BUSY: &str = "local start = redis.call('TIME')[1] repeat until redis.call('TIME')[1] - start > 3";
