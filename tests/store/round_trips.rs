//! Calls of stores on servers are one round trip each.

use gingersnap::store::{Applied, open};

use super::place::{Place, on_each_server};
use super::proxy::Proxy;
use super::sample::{apply, id, insert, load, replace};
use super::tables::remove;

on_each_server! { round_trips:
    each_call_is_one_round_trip_once_its_statement_is_known
}

pub(crate) async fn each_call_is_one_round_trip_once_its_statement_is_known(server: &mut impl Place) {
    let proxy = Proxy::to(server.own_port(), false);
    let store = open(&server.url_at(proxy.port)).unwrap();
    store.create_tables().await.unwrap();
    let calls = [
        vec![insert(id(1), b"one")],
        vec![replace(id(1), 1, b"two")],
        vec![insert(id(2), b""), replace(id(1), 2, b"three"), remove(id(3), None)],
        vec![remove(id(2), None)],
        vec![remove(id(1), None)],
    ];
    for is_known in [false, true] {
        for operations in &calls {
            let before = proxy.turns();
            assert_eq!(apply(&store, operations).await.unwrap(), Applied::Done);
            let turns = proxy.turns() - before;
            assert!(!is_known || turns == 1, "{turns}: {operations:?}");
            let before = proxy.turns();
            load(&store, id(1)).await.unwrap();
            let turns = proxy.turns() - before;
            assert!(!is_known || turns == 1, "{turns} of a load");
        }
    }
}
