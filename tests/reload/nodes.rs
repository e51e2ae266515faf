//! The nodes' records of the rings that they hold.

use gingersnap::keystore::{KeystoreErrorKind, Node};

use super::*;

fn said(place: &Place) -> Vec<(u64, u64, bool)> {
    place.with(|state| {
        let of = |node: &Node| (node.generation(), node.seen_at().unix() - START, node.is_stopped());
        state.nodes.drain(..).map(|node| of(&node)).collect()
    })
}

#[tokio::test(start_paused = true)]
async fn a_node_says_what_it_holds_at_its_start_at_each_change_every_ten_seconds_and_at_its_end() {
    let old = ring();
    let place = Place::of(&old);
    let node = Running::start(&place, |it| it.node("web-1".parse().unwrap())).await;
    seconds(0.1).await;
    assert_eq!(said(&place), [(1, 0, false)]);
    seconds(4.0).await;
    place.put(&rotated(&old).to_bytes());
    seconds(1.5).await;
    let changed = said(&place);
    assert!(matches!(changed[..], [(2, 4..=5, false)]), "{changed:?}");
    seconds(100.0).await;
    let regular = said(&place);
    assert!((8..=10).contains(&regular.len()), "{regular:?}");
    node.stop().await;
    let last = said(&place);
    assert!(matches!(last[..], [(2, 105.., true)]), "{last:?}");
}

#[tokio::test(start_paused = true)]
async fn a_node_without_a_name_says_nothing() {
    let place = Place::of(&ring());
    let node = Running::start(&place, |it| it).await;
    seconds(60.0).await;
    node.stop().await;
    assert!(said(&place).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_node_that_may_not_say_what_it_holds_serves_on() {
    let old = ring();
    let place = Place::of(&old);
    place.with(|state| state.nodes_fail = Some(KeystoreErrorKind::PermissionDenied));
    let node = Running::start(&place, |it| it.node("web-1".parse().unwrap())).await;
    seconds(0.1).await;
    assert_eq!(node.events(), ["not registered: PermissionDenied"]);
    place.put(&rotated(&old).to_bytes());
    seconds(1.3).await;
    assert_eq!(node.generation(), 2);
}

/// Starts with a ring of generation 1 where `node` is registered; returns its generation or the error.
async fn start(node: Node, ring: &Keyring) -> Result<u64, String> {
    let place = Place::of(ring);
    place.with(|state| state.nodes.push(node));
    let started = Reloader::start_by(place, clock()).await;
    started.map(|reloader| reloader.keyring().get().generation()).map_err(|error| error.to_string())
}

#[tokio::test]
async fn a_start_refuses_a_ring_that_is_older_than_any_node_has_had() {
    let (old, now) = (ring(), Timestamp::from_unix(START));
    let newer = Node::new("web-2".parse().unwrap(), &rotated(&old), now);
    let message = "generation 1 is older than generation 2, which node web-2 has had";
    assert_eq!(start(newer.clone(), &old).await, Err(message.into()));
    assert_eq!(start(newer.stopped(), &old).await, Err(message.into()));
    let same = Node::new("web-2".parse().unwrap(), &old, now);
    assert_eq!(start(same, &old).await, Ok(1));
}

#[tokio::test]
async fn a_start_refuses_another_ring_of_a_generation_that_a_node_has_had() {
    let (old, now) = (ring(), Timestamp::from_unix(START));
    let (one, other) = (rotated(&old), rotated(&old));
    let node = Node::new("web-2".parse().unwrap(), &one, now);
    assert_eq!(
        start(node.clone(), &other).await,
        Err("node web-2 has had another ring of generation 2".into())
    );
    assert_eq!(start(node.clone(), &one).await, Ok(2));
    assert_eq!(start(node, &rotated(&other)).await, Ok(3), "a later one is for the operator to know");
}

#[tokio::test]
async fn a_start_does_not_go_by_what_it_cannot_read() {
    let place = Place::of(&ring());
    let start = async |kind| {
        place.with(|state| state.nodes_fail = Some(kind));
        Reloader::start_by(place.clone(), clock()).await.map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(
        start(KeystoreErrorKind::PermissionDenied).await,
        Ok(()),
        "a node needs no right to more than the ring"
    );
    assert_eq!(start(KeystoreErrorKind::ReadOnly).await, Ok(()));
}

#[tokio::test]
async fn a_record_that_cannot_be_read_keeps_no_node_from_starting_and_hides_no_other() {
    let (old, now) = (ring(), Timestamp::from_unix(START));
    let place = Place::of(&old);
    place.with(|state| state.bad = 3);
    let start = async |place: &Place| {
        let started = Reloader::start_by(place.clone(), clock()).await;
        started.map(|reloader| reloader.keyring().get().generation()).map_err(|error| error.to_string())
    };
    assert_eq!(start(&place).await, Ok(1));
    place.with(|state| state.nodes.push(Node::new("web-2".parse().unwrap(), &rotated(&old), now)));
    let message = "generation 1 is older than generation 2, which node web-2 has had";
    assert_eq!(start(&place).await, Err(message.into()), "it still refuses a roll-back");
}

/// Says that a node has had this generation of the ring.
fn says(ring: &Keyring, generation: u64) -> Node {
    let node = Node::new("web-2".parse().unwrap(), ring, Timestamp::from_unix(START));
    let said = node.to_json().replace("\"generation\":1,", &format!("\"generation\":{generation},"));
    Node::from_json(said.as_bytes()).unwrap()
}

#[tokio::test]
async fn a_start_believes_a_node_that_is_up_to_a_million_generations_ahead() {
    let ring = ring();
    for generation in [1_000_002, 1 << 52, 1 << 53] {
        assert_eq!(start(says(&ring, generation), &ring).await, Ok(1), "{generation}");
    }
    let message = "generation 1 is older than generation 1000001, which node web-2 has had";
    assert_eq!(start(says(&ring, 1_000_001), &ring).await, Err(message.into()));
}

#[tokio::test]
async fn what_nodes_had_of_another_ring_says_nothing() {
    let other = Node::new("web-2".parse().unwrap(), &rotated(&ring()), Timestamp::from_unix(START));
    assert_eq!(start(other, &ring()).await, Ok(1));
}
