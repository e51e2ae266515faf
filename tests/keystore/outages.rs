//! The contract of every keystore with a server that stops, dies and comes back.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::time::Duration;

use gingersnap::keystore::{Keystore, KeystoreError, KeystoreErrorKind as Kind};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::appended;
use super::contract::Place;
use super::servers::Mortal;

/// The tests of one server.
macro_rules! survive {
    ($place:ty: $($test:ident)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                if let Some(mut place) = <$place as $crate::contract::Place>::empty(stringify!($test)) {
                    $crate::outages::$test(&mut place).await;
                }
            }
        )+
    };
    ($place:ty) => {
        $crate::outages::survive! { $place:
            a_write_is_hinted_at_within_a_second
            a_server_that_stops_is_unreachable_in_time_and_works_when_it_goes_on
            what_was_acknowledged_survives_a_killed_server
            hints_come_again_after_the_server_was_killed
        }
    };
}
pub(crate) use survive;

pub(crate) async fn a_write_is_hinted_at_within_a_second(place: &mut (impl Place + Mortal)) {
    let (node, operator, other) = (place.store(), place.store(), place.ring("other"));
    operator.create(b"0").await.unwrap();
    other.create(b"0").await.unwrap();
    // The subscription itself: something may have happened before it.
    hint(&node, Duration::from_secs(10)).await;
    for number in 1..=5u8 {
        append(&operator, number).await.unwrap();
        hint(&node, Duration::from_secs(1)).await;
    }
    // A change that comes while nobody waits is not missed; nor is one of many who wait at a time.
    append(&operator, 6).await.unwrap();
    sleep(Duration::from_millis(300)).await;
    let soon = Duration::from_secs(1);
    hint(&node, soon).await;
    let write = async { append(&operator, 7).await.unwrap() };
    tokio::join!(hint(&node, soon), hint(&node, soon), hint(&node, soon), write);
    append(&other, 1).await.unwrap();
    let quiet = timeout(Duration::from_millis(500), node.changed()).await;
    assert!(quiet.is_err(), "a hint about another ring");
}

pub(crate) async fn a_server_that_stops_is_unreachable_in_time_and_works_when_it_goes_on(
    place: &mut (impl Place + Mortal),
) {
    let store = place.store();
    store.create(b"ring").await.unwrap();
    place.stop();
    // Waits no longer than the limit, neither for a connection that was there nor for one that is yet to be made.
    for (client, limit) in [(&store, 5), (&place.store(), 3 + 5)] {
        let answer = timeout(Duration::from_secs(limit + 1), client.load()).await;
        let Ok(answer) = answer else { panic!("no error within {limit} s") };
        let error = answer.unwrap_err();
        assert_eq!(error.kind(), Kind::Unreachable, "{error}");
        assert!(error.to_string().contains(": no answer within "), "{error}");
    }
    place.go_on();
    assert_eq!(store.load().await.unwrap().bytes(), b"ring");
    append(&store, 1).await.unwrap();
}

/// Eight operators add numbers of two bytes, each once, until the server was killed and started again.
pub(crate) async fn what_was_acknowledged_survives_a_killed_server(place: &mut (impl Place + Mortal)) {
    place.store().create(b"").await.unwrap();
    let (next, acknowledged) = (Arc::new(AtomicU16::new(0)), Arc::new(AtomicU16::new(0)));
    let ended = Arc::new(AtomicBool::new(false));
    let mut operators = JoinSet::new();
    for _ in 0..8 {
        let (store, next, ended) = (place.store(), Arc::clone(&next), Arc::clone(&ended));
        let acknowledged = Arc::clone(&acknowledged);
        operators.spawn(async move {
            let mut done = Vec::new();
            while !ended.load(Ordering::Relaxed) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                match store.update(|old| appended(old, &number.to_be_bytes())).await {
                    Ok(()) => {
                        done.push(number);
                        acknowledged.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(error) => {
                        assert_eq!(error.kind(), Kind::Unreachable, "{error}");
                        sleep(Duration::from_millis(50)).await;
                    }
                }
            }
            done
        });
    }
    at_least(&acknowledged, 40).await;
    place.kill();
    sleep(Duration::from_millis(100)).await;
    place.start_again();
    let before = acknowledged.load(Ordering::Relaxed);
    at_least(&acknowledged, before + 40).await;
    ended.store(true, Ordering::Relaxed);
    let done = operators.join_all().await.concat();
    let loaded = place.store().load().await.unwrap();
    let (numbers, rest) = loaded.bytes().as_chunks::<2>();
    assert!(rest.is_empty(), "half a number");
    let mut numbers: Vec<_> = numbers.iter().map(|bytes| u16::from_be_bytes(*bytes)).collect();
    let written = numbers.len();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), written, "one was written twice");
    let lost: Vec<_> = done.iter().filter(|number| numbers.binary_search(number).is_err()).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
}

pub(crate) async fn hints_come_again_after_the_server_was_killed(place: &mut (impl Place + Mortal)) {
    let node = place.store();
    node.create(b"ring").await.unwrap();
    hint(&node, Duration::from_secs(10)).await;
    let mut waiting = pin!(node.changed());
    assert!(timeout(Duration::from_millis(100), &mut waiting).await.is_err());
    place.kill();
    // There is no hint while nothing can be known.
    assert!(timeout(Duration::from_secs(1), &mut waiting).await.is_err());
    place.start_again();
    // A change that was missed meanwhile is hinted at, once.
    let back = timeout(Duration::from_secs(10), &mut waiting).await;
    assert!(back.is_ok(), "no hint after the server came back");
    assert!(timeout(Duration::from_millis(300), node.changed()).await.is_err());
    append(&place.store(), 1).await.unwrap();
    hint(&node, Duration::from_secs(1)).await;
}

async fn append(store: &impl Keystore, number: u8) -> Result<(), KeystoreError> {
    store.update(|old| appended(old, &[number])).await
}

#[track_caller]
fn hint(store: &impl Keystore, limit: Duration) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    async move {
        assert!(timeout(limit, store.changed()).await.is_ok(), "no hint within {limit:?} ({place})");
    }
}

async fn at_least(count: &AtomicU16, number: u16) {
    let reached = async {
        while count.load(Ordering::Relaxed) < number {
            sleep(Duration::from_millis(10)).await;
        }
    };
    let reached = timeout(Duration::from_secs(60), reached).await;
    assert!(reached.is_ok(), "nothing is acknowledged any more");
}
