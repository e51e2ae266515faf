//! Tests of the stores that have tables, in addition to the suite.

use std::sync::Arc;

use gingersnap::Timestamp;
use gingersnap::store::{Applied, Op, RecordId, Store};
use gingersnap::token::PersonId;
use tokio::task::JoinSet;

use super::sample::{apply, id, increment, insert, load, record, replace};

pub(crate) fn remove(id: RecordId, owner: Option<PersonId>) -> Op {
    Op::Remove { id, owner }
}

pub(crate) async fn sixty_four_increments_at_once_are_all_done(store: Arc<dyn Store>) {
    apply(&store, &[insert(id(1), b"1")]).await.unwrap();
    let mut tasks = JoinSet::new();
    for _ in 0..64 {
        let store = Arc::clone(&store);
        tasks.spawn(async move { while increment(&store, id(1)).await.unwrap() != Applied::Done {} });
    }
    tasks.join_all().await;
    assert_eq!(load(&store, id(1)).await.unwrap(), Some(record(65, b"65")));
}

pub(crate) async fn two_records_are_changed_in_either_order_at_once(store: Arc<dyn Store>) {
    apply(&store, &[insert(id(2), b""), insert(id(3), b"")]).await.unwrap();
    let mut tasks = JoinSet::new();
    for (first, second) in [(2, 3), (3, 2)].repeat(8) {
        let store = Arc::clone(&store);
        tasks.spawn(async move {
            let mut done = 0;
            while done < 8 {
                let was = load(&store, id(2)).await.unwrap().unwrap().version;
                let both = [first, second].map(|number| replace(id(number), was, b""));
                done += u32::from(apply(&store, &both).await.unwrap() == Applied::Done);
            }
        });
    }
    tasks.join_all().await;
    for number in [2, 3] {
        assert_eq!(load(&store, id(number)).await.unwrap(), Some(record(129, b"")));
    }
}

pub(crate) async fn stores_of_two_names_have_nothing_in_common(store: &dyn Store, other: &dyn Store) {
    apply(store, &[insert(id(1), b"one")]).await.unwrap();
    assert_eq!(load(other, id(1)).await.unwrap(), None);
    assert_eq!(apply(other, &[replace(id(1), 1, b"two")]).await.unwrap(), Applied::Conflict(0));
    assert_eq!(apply(other, &[remove(id(1), None), insert(id(1), b"other")]).await.unwrap(), Applied::Done);
    assert_eq!(load(store, id(1)).await.unwrap(), Some(record(1, b"one")));
    assert_eq!(load(other, id(1)).await.unwrap(), Some(record(1, b"other")));
}

pub(crate) async fn each_answer_has_the_time(store: &dyn Store) {
    let before = now();
    let both = [insert(id(1), b"one"), insert(id(2), b"two")];
    let answers = [
        store.apply(&both[..1]).await.unwrap().1,
        store.apply(&both[..1]).await.unwrap().1,
        store.apply(&both).await.unwrap().1,
        store.apply(&[remove(id(3), None)]).await.unwrap().1,
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

pub(crate) async fn any_lifetime_is_kept(store: &dyn Store) {
    for (number, lifetime) in [(1, 0), (2, u64::from(u32::MAX)), (3, u64::MAX)] {
        let op = Op::Insert { id: id(number), owner: None, lifetime, record: record(1, b"one") };
        assert_eq!(apply(store, &[op]).await.unwrap(), Applied::Done, "{lifetime}");
    }
    assert_eq!(store.purge(100).await.unwrap().0, 0);
    for number in 1..=3 {
        assert_eq!(load(store, id(number)).await.unwrap(), Some(record(1, b"one")));
    }
}

/// The machine's clock.
#[expect(clippy::disallowed_methods, reason = "what a store's clock is compared with")]
pub(crate) fn now() -> Timestamp {
    let past_1970 = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_unix(past_1970.unwrap().as_secs())
}
