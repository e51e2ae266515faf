//! What each store does with operations.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::*;

/// The tests of one store: `$open` is given the test's name and a store's, and returns none where there is no server.
macro_rules! keep {
    ($open:path) => {
        $crate::ops::keep! { $open:
            a_record_is_made_once
            a_version_is_replaced_and_no_other
            a_record_is_removed_if_it_is_the_owners
            all_operations_are_done_or_none
            operations_on_one_record_are_done_in_order
            sixty_four_replacements_at_once_end_at_sixty_four
            two_records_are_changed_in_either_order_at_once
            a_record_of_a_mebibyte_is_kept
            stores_of_two_names_have_nothing_in_common
            each_answer_has_the_time
            any_lifetime_is_kept
            a_task_is_carried_through_though_nobody_waits
        }
    };
    ($open:path: $($test:ident)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                let open = |name: &str| $open(stringify!($test), name);
                if let Some(store) = open("shop") {
                    store.create_tables().await.unwrap();
                    $crate::ops::$test(store, open("other").unwrap()).await;
                }
            }
        )+
    };
}
pub(crate) use keep;

type Shared = Arc<dyn Store>;

pub(crate) async fn a_record_is_made_once(store: Shared, _: Shared) {
    assert_eq!(load(&store, 1).await, None);
    assert_eq!(apply(&store, &[insert(1, record(1, b"one"))]).await, Applied::Done);
    assert_eq!(load(&store, 1).await, Some(record(1, b"one")));
    assert_eq!(apply(&store, &[insert(1, record(1, b"two"))]).await, Applied::Conflict(0));
    assert_eq!(load(&store, 1).await, Some(record(1, b"one")));
    store.create_tables().await.unwrap();
    assert_eq!(load(&store, 1).await, Some(record(1, b"one")));
    assert_eq!(apply(&store, &[]).await, Applied::Done);
    assert_eq!(apply(&store, &[insert(2, record(u32::MAX, b""))]).await, Applied::Done);
    assert_eq!(load(&store, 2).await, Some(record(u32::MAX, b"")));
}

pub(crate) async fn a_version_is_replaced_and_no_other(store: Shared, _: Shared) {
    assert_eq!(apply(&store, &[replace(1, 1, record(2, b"two"))]).await, Applied::Conflict(0));
    assert_eq!(load(&store, 1).await, None);
    apply(&store, &[insert(1, record(1, b"one"))]).await;
    for was in [0, 2] {
        assert_eq!(apply(&store, &[replace(1, was, record(3, b"three"))]).await, Applied::Conflict(0));
    }
    assert_eq!(apply(&store, &[replace(1, 1, record(2, b"two"))]).await, Applied::Done);
    assert_eq!(apply(&store, &[replace(1, 1, record(2, b"late"))]).await, Applied::Conflict(0));
    assert_eq!(load(&store, 1).await, Some(record(2, b"two")));
    apply(&store, &[remove(1, None)]).await;
    assert_eq!(apply(&store, &[replace(1, 2, record(3, b"three"))]).await, Applied::Conflict(0));
    assert_eq!(load(&store, 1).await, None);
}

pub(crate) async fn a_record_is_removed_if_it_is_the_owners(store: Shared, _: Shared) {
    let owned = Op::Insert { id: id(1), owner: person(1), lifetime: 60, record: record(1, b"hers") };
    assert_eq!(apply(&store, &[owned]).await, Applied::Done);
    for (number, owner) in [(1, None), (1, person(2)), (2, person(1)), (2, None)] {
        assert_eq!(apply(&store, &[remove(number, owner)]).await, Applied::Done);
        assert_eq!(load(&store, 1).await, Some(record(1, b"hers")));
    }
    assert_eq!(apply(&store, &[remove(1, person(1))]).await, Applied::Done);
    assert_eq!(load(&store, 1).await, None);
    // A guest's record becomes a person's when it is replaced, and is then no guest's any more.
    apply(&store, &[insert(2, record(1, b"a guest's"))]).await;
    let adopted = record(2, b"hers");
    let adopt = Op::Replace { id: id(2), was: 1, owner: person(1), lifetime: 60, record: adopted.clone() };
    assert_eq!(apply(&store, &[adopt]).await, Applied::Done);
    apply(&store, &[remove(2, None)]).await;
    assert_eq!(load(&store, 2).await, Some(adopted));
    apply(&store, &[remove(2, person(1))]).await;
    assert_eq!(load(&store, 2).await, None);
}

pub(crate) async fn all_operations_are_done_or_none(store: Shared, _: Shared) {
    apply(&store, &[insert(1, record(1, b"one")), insert(2, record(1, b"two"))]).await;
    let good = [replace(1, 1, record(2, b"new")), insert(3, record(1, b"three")), remove(2, None)];
    let bad =
        [insert(2, record(1, b"bad")), replace(2, 2, record(3, b"bad")), replace(9, 1, record(2, b"bad"))];
    for bad in bad {
        for at in 0..=2 {
            let mut operations = good[..2].to_vec();
            operations.insert(at, bad.clone());
            assert_eq!(apply(&store, &operations).await, Applied::Conflict(at), "{bad:?}");
            assert_eq!(load(&store, 1).await, Some(record(1, b"one")));
            assert_eq!(load(&store, 2).await, Some(record(1, b"two")));
            assert_eq!((load(&store, 3).await, load(&store, 9).await), (None, None));
        }
    }
    assert_eq!(apply(&store, &good).await, Applied::Done);
    assert_eq!(load(&store, 1).await, Some(record(2, b"new")));
    assert_eq!((load(&store, 2).await, load(&store, 3).await), (None, Some(record(1, b"three"))));
    // The first of several conflicts is told.
    assert_eq!(
        apply(&store, &[remove(8, None), good[1].clone(), good[0].clone()]).await,
        Applied::Conflict(1)
    );
}

pub(crate) async fn operations_on_one_record_are_done_in_order(store: Shared, _: Shared) {
    let up = [insert(1, record(1, b"one")), replace(1, 1, record(2, b"two"))];
    assert_eq!(apply(&store, &up).await, Applied::Done);
    assert_eq!(load(&store, 1).await, Some(record(2, b"two")));
    assert_eq!(apply(&store, &[remove(1, None), up[0].clone()]).await, Applied::Done);
    assert_eq!(load(&store, 1).await, Some(record(1, b"one")));
    let twice = [insert(2, record(1, b"once")), insert(2, record(1, b"twice"))];
    assert_eq!(apply(&store, &twice).await, Applied::Conflict(1));
    assert_eq!(load(&store, 2).await, None);
}

pub(crate) async fn sixty_four_replacements_at_once_end_at_sixty_four(store: Shared, _: Shared) {
    apply(&store, &[insert(1, record(0, b"0"))]).await;
    let mut tasks = JoinSet::new();
    for _ in 0..64 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { while increment(&store, 1).await.unwrap() != Applied::Done {} });
    }
    tasks.join_all().await;
    assert_eq!(load(&store, 1).await, Some(record(64, b"64")));
}

/// Adds one to a number, unless another is faster.
pub(crate) async fn increment(store: &dyn Store, number: u8) -> Result<Applied, StoreError> {
    let old = store.load(id(number)).await?.0.unwrap().version;
    let new = record(old + 1, (old + 1).to_string().as_bytes());
    Ok(store.apply(&[replace(number, old, new)]).await?.0)
}

pub(crate) async fn two_records_are_changed_in_either_order_at_once(store: Shared, _: Shared) {
    apply(&store, &[insert(1, record(0, b"")), insert(2, record(0, b""))]).await;
    let mut tasks = JoinSet::new();
    for first in [1, 2].repeat(8) {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let mut done = 0;
            while done < 8 {
                let was = load(&store, 1).await.unwrap().version;
                let both = [first, 3 - first].map(|number| replace(number, was, record(was + 1, b"")));
                done += u32::from(apply(&store, &both).await == Applied::Done);
            }
        });
    }
    tasks.join_all().await;
    for number in [1, 2] {
        assert_eq!(load(&store, number).await, Some(record(128, b"")));
    }
}

pub(crate) async fn a_record_of_a_mebibyte_is_kept(store: Shared, _: Shared) {
    let bytes = |seed: u8| -> Vec<u8> {
        (0..(1 << 20) + 200)
            .scan(1u8, |last, at: u32| {
                *last = last.wrapping_mul(seed).wrapping_add(at.to_le_bytes()[1]);
                Some(*last)
            })
            .collect()
    };
    assert_eq!(apply(&store, &[insert(1, record(1, &bytes(3)))]).await, Applied::Done);
    assert_eq!(load(&store, 1).await, Some(record(1, &bytes(3))));
    assert_eq!(apply(&store, &[replace(1, 1, record(2, &bytes(7)))]).await, Applied::Done);
    assert!(load(&store, 1).await == Some(record(2, &bytes(7))));
}

pub(crate) async fn stores_of_two_names_have_nothing_in_common(store: Shared, other: Shared) {
    apply(&store, &[insert(1, record(1, b"one"))]).await;
    assert_eq!(load(&other, 1).await, None);
    assert_eq!(apply(&other, &[replace(1, 1, record(2, b"two"))]).await, Applied::Conflict(0));
    assert_eq!(apply(&other, &[remove(1, None), insert(1, record(7, b"other"))]).await, Applied::Done);
    assert_eq!(load(&store, 1).await, Some(record(1, b"one")));
    assert_eq!(load(&other, 1).await, Some(record(7, b"other")));
}

pub(crate) async fn each_answer_has_the_time(store: Shared, _: Shared) {
    let before = now();
    let made = store.apply(&[insert(1, record(1, b"one"))]).await.unwrap().1;
    let conflict = store.apply(&[insert(1, record(1, b"one"))]).await.unwrap().1;
    let both = [insert(1, record(1, b"one")), insert(2, record(1, b"two"))];
    let several = store.apply(&both).await.unwrap().1;
    let answers = [
        made,
        conflict,
        several,
        store.apply(&[remove(3, None)]).await.unwrap().1,
        store.apply(&[]).await.unwrap().1,
        store.load(id(1)).await.unwrap().1,
        store.load(id(9)).await.unwrap().1,
        store.purge(1).await.unwrap().1,
        store.create_tables().await.unwrap().1,
    ];
    for answer in answers {
        assert!(before <= answer && answer <= now(), "{answer}");
    }
}

pub(crate) async fn any_lifetime_is_kept(store: Shared, _: Shared) {
    for (number, lifetime) in [(1, 0), (2, u64::from(u32::MAX)), (3, u64::MAX)] {
        let op = Op::Insert { id: id(number), owner: None, lifetime, record: record(1, b"one") };
        assert_eq!(apply(&store, &[op]).await, Applied::Done, "{lifetime}");
    }
    assert_eq!(store.purge(100).await.unwrap().0, 0);
    for number in 1..=3 {
        assert_eq!(load(&store, number).await, Some(record(1, b"one")));
    }
}

pub(crate) async fn a_task_is_carried_through_though_nobody_waits(store: Shared, _: Shared) {
    let (done, told) = oneshot::channel();
    let own = Arc::clone(&store);
    store.spawn(Box::pin(async move {
        apply(&own, &[insert(1, record(0, b"0"))]).await;
        for _ in 0..5 {
            increment(&own, 1).await.unwrap();
        }
        let _ = done.send(());
    }));
    // One that panics takes none of the others along.
    store.spawn(Box::pin(async { panic!("a task of a test") }));
    assert!(timeout(Duration::from_secs(5), told).await.unwrap().is_ok());
    assert_eq!(load(&store, 1).await, Some(record(5, b"5")));
}
