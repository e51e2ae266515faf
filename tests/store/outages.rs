//! Stores of sessions with a server that stops, dies and comes back, and with a connection that does.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use gingersnap::store::{Applied, Store, StoreErrorKind, open};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::proxy::Proxy;
use super::sample::{apply, id, increment, insert, load, record, replace};
use super::servers::{self, Mortal};

/// A server that keeps sessions.
pub(crate) trait Place: Mortal + Sized {
    fn empty() -> Option<Self>;

    fn own_port(&self) -> u16;

    /// The URL of its store, by way of a port.
    fn url_at(&self, port: u16) -> String;

    /// A node's handle.
    fn store(&self) -> Arc<dyn Store> {
        open(&self.url_at(self.own_port())).unwrap()
    }
}

#[cfg(feature = "postgres")]
impl Place for servers::Postgres {
    fn empty() -> Option<Self> {
        Self::start()
    }

    fn own_port(&self) -> u16 {
        self.port()
    }

    fn url_at(&self, port: u16) -> String {
        format!("postgres://admin:{}@127.0.0.1:{port}/postgres", Self::PASSWORD)
    }
}

#[cfg(feature = "redis")]
impl Place for servers::Redis {
    fn empty() -> Option<Self> {
        Self::start()
    }

    fn own_port(&self) -> u16 {
        self.port()
    }

    fn url_at(&self, port: u16) -> String {
        format!("redis://:{}@127.0.0.1:{port}#shop", Self::PASSWORD)
    }
}

/// The tests of one server.
macro_rules! survive {
    ($place:ident: $($test:ident)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                if let Some(mut place) = <$crate::servers::$place as $crate::outages::Place>::empty() {
                    $crate::outages::$test(&mut place).await;
                }
            }
        )+
    };
    ($place:ident) => {
        $crate::outages::survive! { $place:
            a_server_that_stops_is_unreachable_in_time_and_works_when_it_goes_on
            what_was_answered_survives_a_killed_server_and_nothing_is_done_twice
            a_connection_that_dies_after_the_commit_is_an_error_and_nothing_is_sent_again
        }
    };
}
pub(crate) use survive;

#[cfg(feature = "postgres")]
mod postgres {
    super::survive! { Postgres }
}

#[cfg(feature = "redis")]
mod redis {
    super::survive! { Redis }
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
