//! Records that others have written.

use super::*;

#[tokio::test]
async fn a_record_under_any_name_hides_no_other_and_can_be_forgotten() {
    let Some(place) = Database::empty("any_name") else { return };
    let store = place.store();
    store.create(b"ring").await.unwrap();
    store.register(&node("web-1", 1)).await.unwrap();
    for name in ["", " ", "..", "../ring", "a b", "a\nb", "{\"secret\"}", "é", "web 1"] {
        place.sql(&format!("INSERT INTO gingersnap_nodes VALUES ('shop', '{name}', 'mine')"));
        let records = store.nodes().await.unwrap();
        assert_eq!(records.iter().flatten().collect::<Vec<_>>(), [&node("web-1", 1)]);
        assert_eq!(bad(Ok(records)).record(), Some(name.as_bytes()));
        assert!(store.forget(name.as_bytes()).await.unwrap(), "{name:?}");
        assert_eq!(nodes(&store).await, [node("web-1", 1)]);
    }
    // A name is cut where it is longer than a node's, and is forgotten by what is left of it.
    place.sql("INSERT INTO gingersnap_nodes VALUES ('shop', repeat('a', 100000), 'mine')");
    let cut = bad(store.nodes().await).record().unwrap().to_vec();
    assert_eq!(cut, format!("{}...6d1cf22d", "a".repeat(64)).into_bytes());
    assert!(store.forget(&cut).await.unwrap());
    for name in [&b"\xff"[..], b"a\0b", b"web-2"] {
        assert!(!store.forget(name).await.unwrap());
    }
    assert_eq!(nodes(&store).await, [node("web-1", 1)]);
}

#[tokio::test]
async fn what_nodes_say_is_read_only_so_far() {
    let Some(place) = Database::empty("many_nodes") else { return };
    let store = place.store();
    store.create(b"ring").await.unwrap();
    place.sql(
        "INSERT INTO gingersnap_nodes SELECT 'shop', 'n' || i, repeat('x', 100000) FROM generate_series(1, 10001) i",
    );
    let records = store.nodes().await.unwrap();
    assert_eq!(records.len(), 10_001);
    let message =
        format!("{}: there are more than 10000 nodes' records, and the rest is not read", place.shown());
    assert_eq!(records[10_000].as_ref().unwrap_err().to_string(), message);
}

#[tokio::test]
async fn a_bad_record_of_a_node_is_named() {
    let Some(place) = Database::empty("bad_record") else { return };
    let store = place.store();
    store.create(b"ring").await.unwrap();
    store.register(&node("web-1", 1)).await.unwrap();
    let update = |record: &str| place.sql(&format!("UPDATE gingersnap_nodes SET record = '{record}'"));
    update("{}");
    let start = format!("{}, node web-1: ", place.shown());
    let message = format!("{start}a node's record: missing field `name` at line 1 column 2");
    fails(&bad(store.nodes().await), Kind::BadNode, &message, Some(FORGET));
    update(&node("web-2", 1).to_json());
    let message = format!("{start}it is about another node, web-2");
    fails(&bad(store.nodes().await), Kind::BadNode, &message, Some(FORGET));
    update(&"x".repeat(100_000));
    let message = format!("{start}a node's record: it has more than 1024 bytes");
    fails(&bad(store.nodes().await), Kind::BadNode, &message, Some(FORGET));
    store.register(&node("web-1", 1)).await.unwrap();
    assert_eq!(nodes(&store).await, [node("web-1", 1)]);
}
