//! Stores of sessions whose server is replaced by its standby.

use std::time::Duration;

use gingersnap::store::{Applied, StoreErrorKind, open};
use tokio::time::{Instant, sleep};

use super::place::{Place, on_each_server};
use super::proxy::Proxy;
use super::sample::{apply, id, increment, insert, load, record, replace};
use super::tables::remove;

on_each_server! { failover:
    a_fail_over_that_loses_the_last_second_leaves_whole_records_of_before_and_no_others
}

/// The standby that takes over lacks the last writes, which were answered; behind the old name it is found at once.
pub(crate) async fn a_fail_over_that_loses_the_last_second_leaves_whole_records_of_before_and_no_others(
    server: &mut impl Place,
) {
    let proxy = Proxy::to(server.own_port(), false);
    let store = open(&server.url_at(proxy.port)).unwrap();
    store.create_tables().await.unwrap();
    apply(&store, &[insert(id(1), b"old"), insert(id(2), b"old"), insert(id(3), b"old")]).await.unwrap();
    let standby = server.standby();
    server.cut_off(&standby);
    let last = [replace(id(1), 1, b"lost"), insert(id(4), b"lost"), remove(id(2), None)];
    assert_eq!(apply(&store, &last).await.unwrap(), Applied::Done);
    server.kill();
    proxy.lead_to(standby.own_port());
    // It answers already, and is no primary yet.
    let error = apply(&store, &[replace(id(3), 1, b"early")]).await.unwrap_err();
    assert!(matches!(error.kind(), StoreErrorKind::Unreachable | StoreErrorKind::ReadOnly), "{error}");
    standby.promote();
    let deadline = Instant::now() + Duration::from_secs(5);
    while let Err(error) = load(&store, id(1)).await {
        assert!(Instant::now() < deadline, "{error}");
        sleep(Duration::from_millis(50)).await;
    }
    for number in [1, 2, 3] {
        assert_eq!(load(&store, id(number)).await.unwrap(), Some(record(1, b"old")));
    }
    assert_eq!(load(&store, id(4)).await.unwrap(), None);
    // Who goes on from a version that was lost is told so, and one that was lost is not made by it.
    assert_eq!(apply(&store, &[replace(id(1), 2, b"next")]).await.unwrap(), Applied::Conflict(0));
    assert_eq!(apply(&store, &[replace(id(4), 1, b"next")]).await.unwrap(), Applied::Conflict(0));
    assert_eq!(increment(&store, id(1)).await.unwrap(), Applied::Done);
    assert_eq!(load(&store, id(1)).await.unwrap(), Some(record(2, b"2")));
}
