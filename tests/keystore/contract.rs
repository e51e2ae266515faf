//! The contract of every keystore.

use std::sync::Arc;

use gingersnap::keyring::Keyring;
use gingersnap::keystore::{Keystore, KeystoreError, KeystoreErrorKind as Kind, Node, NodeName, Version};
use gingersnap::token::Suite;
use gingersnap::{Clock as _, NoEntropy, SystemClock, Timestamp};
use tokio::runtime::Handle;
use tokio::task::{JoinSet, block_in_place};

use super::appended;

/// An empty place for rings.
pub(crate) trait Place {
    type Store: Keystore + 'static;

    /// Returns none if its server is not installed.
    fn empty(test: &str) -> Option<Self>
    where
        Self: Sized;

    /// A client of its own for the ring of this name.
    fn ring(&self, name: &str) -> Self::Store;

    fn store(&self) -> Self::Store {
        self.ring("shop")
    }
}

/// The tests of one place.
macro_rules! hold {
    ($place:ty: $($test:ident)+) => {
        $(
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                if let Some(place) = <$place as $crate::contract::Place>::empty(stringify!($test)) {
                    $crate::contract::$test(&place).await;
                }
            }
        )+
    };
    ($place:ty) => {
        $crate::contract::hold! { $place:
            any_bytes_come_back_as_they_were
            where_nothing_is_there_is_no_ring
            making_a_ring_replaces_nothing
            of_ten_who_make_a_ring_at_once_one_does
            no_update_of_many_at_once_is_lost
            an_update_that_changes_nothing_writes_nothing
            what_an_update_hands_out_is_of_the_ring_that_it_changed
            it_is_shown_where_a_ring_is_and_in_which_file
            a_ring_that_was_changed_in_between_is_not_overwritten
            a_ring_beyond_the_limit_is_refused
            rings_of_two_names_do_not_see_each_other
            what_nodes_say_is_found_again
            its_clock_if_it_has_one_is_right
        }
    };
}
pub(crate) use hold;

pub(crate) async fn any_bytes_come_back_as_they_were(place: &impl Place) {
    let store = place.store();
    store.create(b"").await.unwrap();
    let all: Vec<u8> = (0..=255).collect();
    let full = vec![0xff; Keyring::MAX_FILE];
    for bytes in [&all[..], b"\0", b"not UTF-8: \xff", b"", &full] {
        let replaced = store.load().await.unwrap().version();
        store.store(bytes, replaced).await.unwrap();
        let loaded = place.store().load().await.unwrap();
        assert!(loaded.bytes() == bytes && loaded.version() == Version::of(bytes));
    }
}

pub(crate) async fn where_nothing_is_there_is_no_ring(place: &impl Place) {
    let store = place.store();
    assert_eq!(store.load().await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(store.store(b"new", Version::of(b"old")).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(store.load().await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(nodes(&store).await, []);
    assert!(!store.forget(b"web-1").await.unwrap());
}

pub(crate) async fn making_a_ring_replaces_nothing(place: &impl Place) {
    place.store().create(b"one").await.unwrap();
    for bytes in [&b"one"[..], b"two", b""] {
        assert_eq!(place.store().create(bytes).await.unwrap_err().kind(), Kind::AlreadyExists);
    }
    assert_eq!(place.store().load().await.unwrap().bytes(), b"one");
}

pub(crate) async fn of_ten_who_make_a_ring_at_once_one_does(place: &impl Place) {
    let mut makers = JoinSet::new();
    for number in 0..10u8 {
        let store = place.store();
        makers.spawn(async move { (number, store.create(&[number]).await) });
    }
    let (made, refused): (Vec<_>, Vec<_>) =
        makers.join_all().await.into_iter().partition(|(_, result)| result.is_ok());
    let &[(number, _)] = &made[..] else { panic!("made: {made:?}, refused: {refused:?}") };
    assert_eq!(place.store().load().await.unwrap().bytes(), [number]);
    for (_, result) in refused {
        assert_eq!(result.unwrap_err().kind(), Kind::AlreadyExists);
    }
}

/// Half of them share a client.
pub(crate) async fn no_update_of_many_at_once_is_lost(place: &impl Place) {
    let shared = Arc::new(place.store());
    shared.create(b"").await.unwrap();
    let mut updates = JoinSet::new();
    for number in 0..32u8 {
        let store = if number % 2 == 0 { Arc::clone(&shared) } else { Arc::new(place.store()) };
        updates.spawn(async move { store.update(|old| appended(old, &[number])).await });
    }
    for result in updates.join_all().await {
        result.unwrap();
    }
    let mut bytes = shared.load().await.unwrap().bytes().to_vec();
    bytes.sort_unstable();
    assert_eq!(bytes, (0..32).collect::<Vec<u8>>());
}

/// Not even the same bytes again: a user who may only read can look.
pub(crate) async fn an_update_that_changes_nothing_writes_nothing(place: &impl Place) {
    let store = place.store();
    let look = |old: &[u8]| Ok::<_, KeystoreError>((None, old.len()));
    assert_eq!(store.update(look).await.unwrap_err().kind(), Kind::NotFound);
    store.create(b"ring").await.unwrap();
    // Somebody else changes it after the look: an update that would write is in conflict, and is asked again.
    let (mut asked, other) = (0, place.store());
    let look = |old: &[u8]| {
        asked += 1;
        block_on(other.store(b"changed", Version::of(b"ring"))).unwrap();
        Ok::<_, KeystoreError>((None, old.to_vec()))
    };
    assert_eq!(store.update(look).await.unwrap(), b"ring");
    assert_eq!(asked, 1);
    assert_eq!(place.store().load().await.unwrap().bytes(), b"changed");
    let refuse = |_: &[u8]| Err::<(_, ()), _>(KeystoreError::new(Kind::BadNode, "not so"));
    assert_eq!(store.update(refuse).await.unwrap_err().to_string(), "not so");
    assert_eq!(place.store().load().await.unwrap().bytes(), b"changed");
}

/// It is asked again when somebody was faster, and its first value is forgotten.
pub(crate) async fn what_an_update_hands_out_is_of_the_ring_that_it_changed(place: &impl Place) {
    let (store, other) = (place.store(), place.store());
    store.create(b"0").await.unwrap();
    let mut asked = 0;
    let append = |old: &[u8]| {
        asked += 1;
        if asked < 3 {
            block_on(other.store(&[old, b"x"].concat(), Version::of(old))).unwrap();
        }
        Ok::<_, KeystoreError>((Some([old, b"!"].concat().into()), old.to_vec()))
    };
    assert_eq!(store.update(append).await.unwrap(), b"0xx");
    assert_eq!(asked, 3);
    assert_eq!(place.store().load().await.unwrap().bytes(), b"0xx!");
}

pub(crate) async fn it_is_shown_where_a_ring_is_and_in_which_file(place: &impl Place) {
    let store: Arc<dyn Keystore> = Arc::new(place.store());
    let shown = store.to_string();
    assert_eq!(format!("{store:?}"), format!("Keystore({shown})"));
    let error = store.load().await.unwrap_err().to_string();
    assert!(error.contains(&shown), "{error} does not name {shown}");
    assert!(store.file().is_none_or(|path| path.to_str() == Some(&shown)));
}

/// Blocks inside a call from a task: the other threads go on.
fn block_on<T>(work: impl Future<Output = T>) -> T {
    block_in_place(|| Handle::current().block_on(work))
}

pub(crate) async fn a_ring_that_was_changed_in_between_is_not_overwritten(place: &impl Place) {
    let store = place.store();
    store.create(b"one").await.unwrap();
    let seen = store.load().await.unwrap().version();
    place.store().store(b"two", seen).await.unwrap();
    let error = store.store(b"three", seen).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Conflict);
    assert!(error.to_string().ends_with(": the ring was changed since it was loaded"), "{error}");
    assert_eq!(store.load().await.unwrap().bytes(), b"two");
}

pub(crate) async fn a_ring_beyond_the_limit_is_refused(place: &impl Place) {
    place.store().create(&vec![0; Keyring::MAX_FILE + 1]).await.unwrap();
    let error = place.store().load().await.unwrap_err();
    assert_eq!(error.kind(), Kind::TooLarge);
    assert!(error.to_string().ends_with(": a key ring has at most 1048576 bytes"), "{error}");
}

pub(crate) async fn rings_of_two_names_do_not_see_each_other(place: &impl Place) {
    let (shop, blog) = (place.ring("shop"), place.ring("blog"));
    shop.create(b"shop's").await.unwrap();
    shop.register(&node("web-1", 1)).await.unwrap();
    assert_eq!(blog.load().await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(nodes(&blog).await, []);
    blog.create(b"blog's").await.unwrap();
    blog.store(b"blog's next", Version::of(b"blog's")).await.unwrap();
    assert!(!blog.forget(b"web-1").await.unwrap());
    assert_eq!(shop.load().await.unwrap().bytes(), b"shop's");
    assert_eq!(nodes(&shop).await, [node("web-1", 1)]);
}

pub(crate) async fn what_nodes_say_is_found_again(place: &impl Place) {
    let store = place.store();
    store.create(b"ring").await.unwrap();
    assert_eq!(nodes(&store).await, []);
    for name in ["web-2", "web-10", "Web-1", "a:b_c.d"] {
        place.store().register(&node(name, 1)).await.unwrap();
    }
    store.register(&node("web-2", 7).stopped()).await.unwrap();
    // Sorted by their bytes, whatever the server's locale is.
    let mut expected =
        vec![node("Web-1", 1), node("a:b_c.d", 1), node("web-10", 1), node("web-2", 7).stopped()];
    assert_eq!(nodes(&store).await, expected);
    for gone in [expected.remove(0), expected.remove(1)] {
        assert!(store.forget(gone.name().as_ref().as_bytes()).await.unwrap());
        assert!(!store.forget(gone.name().as_ref().as_bytes()).await.unwrap());
    }
    assert_eq!(nodes(&store).await, expected);
    assert_eq!(store.load().await.unwrap().bytes(), b"ring");
}

pub(crate) async fn its_clock_if_it_has_one_is_right(place: &impl Place) {
    let store = place.store();
    let Some(there) = store.time().await.unwrap() else {
        return assert!(store.file().is_some(), "a server has a clock");
    };
    let here = SystemClock.now();
    assert!(here.until(there).max(there.until(here)) <= 10, "{here} {there}");
}

/// The records, of which none is bad.
#[track_caller]
pub(crate) fn all_read(records: Result<Vec<Result<Node, KeystoreError>>, KeystoreError>) -> Vec<Node> {
    records.unwrap().into_iter().map(Result::unwrap).collect()
}

pub(crate) async fn nodes(store: &impl Keystore) -> Vec<Node> {
    all_read(store.nodes().await)
}

/// The one bad record; the others are good.
#[track_caller]
pub(crate) fn bad(records: Result<Vec<Result<Node, KeystoreError>>, KeystoreError>) -> KeystoreError {
    let mut bad = records.unwrap().into_iter().filter_map(Result::err);
    let found = bad.next().unwrap();
    assert!(bad.next().is_none());
    found
}

/// Returns a record of the node of this name.
pub(crate) fn node(name: &str, seen_at: u64) -> Node {
    let name: NodeName = name.parse().unwrap();
    Node::new(name, &ring(), Timestamp::from_unix(seen_at))
}

pub(crate) fn ring() -> Keyring {
    let mut next = 0u8;
    let mut random = |bytes: &mut [u8]| {
        for byte in bytes {
            next = next.wrapping_mul(5).wrapping_add(113);
            *byte = next;
        }
        Ok::<_, NoEntropy>(())
    };
    Keyring::init(Suite::default(), 3600, Timestamp::from_unix(1), &mut random).unwrap()
}
