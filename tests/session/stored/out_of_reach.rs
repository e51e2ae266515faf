//! A store that is away, behind, emptied, or by another clock, and what is true of sign-ins then.

use gingersnap::store::{MemoryStore, Op, Store as _, StoreErrorKind};
use gingersnap::testing::store::Faulty as Failing;
use gingersnap::token::{PersonId, SessionId};
use gingersnap::{KnownEnds, Place, SessionError, SessionLayer};

use super::faulty::{Fault, Faulty};
use super::{RING, all_stored, sessions, shop_at, shop_of};
use crate::browser::{Browser, Cart, START, TestClock};
use crate::events::Events;
use crate::steps::{does, routes, shows};

#[tokio::test]
async fn who_signs_in_while_the_store_is_away_is_told_to_come_back_and_who_is_in_stays_in() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann").await;
    let mut guest = browser.clone();
    guest.jar.clear();
    store.is_down(true);
    for path in ["/in-bob", "/remember-bob"] {
        let answer = guest.get(path).await;
        assert_eq!(answer.sets(), "", "{path}");
        assert_ne!(answer.status, 200, "{path}");
    }
    for path in ["/renew", "/again", "/others"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.sets().as_str()), (503, ""), "{path}");
        assert!(matches!(answer.error, Some(SessionError::StoreUnavailable(_))), "{path}");
        assert_eq!(answer.headers["retry-after"], "5");
    }
    assert_eq!(browser.get("/hear").await.status, 200);
    store.is_down(false);
    shows(&mut browser, "ann: ").await;
}

/// The cookies go, this node counts it as ended, the answer says what is still so, and the store hears of it when it is back.
#[tokio::test]
async fn a_sign_out_that_the_store_does_not_take_is_true_here_and_soon_everywhere() {
    let (clock, store) = Faulty::and_clock();
    let mut here = Browser::new(shop_at(Place::Cookie, &store, &clock));
    here.get("/in-ann").await;
    let mut there = here.moved_to(shop_at(Place::Cookie, &store, &clock));
    shows(&mut there, "ann: ").await;
    let mut copy = here.clone();
    store.is_down(true);
    let events = Events::start();
    let answer = here.get("/out").await;
    assert_eq!((answer.status, answer.sets().as_str()), (503, "-__Host-id"));
    assert_eq!(answer.error, Some(SessionError::StillElsewhere));
    assert_eq!(answer.headers["retry-after"], "5");
    let key = "ERROR a sign-out has not reached the store";
    let told: Vec<_> = events.take().into_iter().filter(|it| it.starts_with(key)).collect();
    assert!(told.len() == 1 && told[0].contains("is_retried=true"), "{told:?}");
    shows(&mut copy, "nobody: ").await;
    shows(&mut there, "ann: ").await;
    store.is_down(false);
    // Any change wakes the node, which tells the store what it owes.
    here.get("/in-bob").await;
    shows(&mut there, "nobody: ").await;
}

/// Within the grace what is known counts; after it nobody can say, and nothing is removed.
#[tokio::test]
async fn a_store_that_is_away_for_long_leaves_nobody_signed_in_and_nobody_signed_out() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::Cookie, &store, &clock));
    browser.get("/in-ann/add-tea").await;
    let mut ended = browser.clone();
    ended.get("/others").await;
    let mut dead = browser.clone();
    let mut browser = ended;
    store.is_down(true);
    clock.advance(900);
    does(&mut browser, "/show", "__Host-seen", "ann: tea").await;
    clock.advance(1);
    shows(&mut browser, "nobody: ").await;
    let events = Events::start();
    for path in ["/add-milk", "/theme-x/add-milk"] {
        let answer = browser.get(path).await;
        assert!(answer.sets().is_empty() && answer.status == 503, "{path}");
    }
    assert!(events.take().iter().any(|it| it.contains("reason=\"ends_unknown\" unsettled=true")));
    assert_eq!(browser.get("/add-milk").await.status, 503);
    shows(&mut dead, "nobody: ").await;
    store.is_down(false);
    clock.advance(6);
    shows(&mut browser, "ann: tea").await;
    shows(&mut dead, "nobody: ").await;
}

#[tokio::test]
async fn how_long_a_node_goes_by_what_it_knew_is_the_applications_to_say() {
    for (when_stale, seconds) in [(0, 5), (60, 60), (1_800, 1_800)] {
        let (clock, store) = Faulty::and_clock();
        let layer = sessions(Place::Cookie, &store, &clock).when_stale(when_stale);
        let mut browser = Browser::new(shop_of(layer));
        browser.get("/in-ann").await;
        store.is_down(true);
        clock.advance(seconds);
        assert_eq!(browser.get("/show").await.body, "ann: ", "{when_stale}");
        clock.advance(1);
        shows(&mut browser, "nobody: ").await;
        assert_eq!(browser.get("/add-milk").await.status, 503);
        store.is_down(false);
        clock.advance(6);
        assert_eq!(browser.get("/show").await.body, "ann: ", "{when_stale}");
    }
}

/// A node that starts while the store is away has heard of nothing.
#[tokio::test]
async fn a_node_that_never_reached_the_store_can_say_of_nobody_that_they_are_in() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::Cookie, &store, &clock));
    browser.get("/in-ann/add-tea").await;
    store.is_down(true);
    let mut fresh = browser.moved_to(shop_at(Place::Cookie, &store, &clock));
    shows(&mut fresh, "nobody: ").await;
    assert_eq!(fresh.get("/add-milk").await.status, 503);
    store.is_down(false);
    clock.advance(6);
    shows(&mut fresh, "ann: tea").await;
}

#[tokio::test]
async fn a_server_loads_what_has_ended_before_its_first_request() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::Cookie, &store, &clock));
    browser.get("/in-ann").await;
    let mut copy = browser.clone();
    browser.get("/out").await;
    browser.get("/in-bob").await;
    browser.get("/others").await;

    let layer = sessions(Place::Cookie, &store, &clock).build().unwrap();
    let revoker = layer.revoker().unwrap();
    assert_eq!(revoker.known(), KnownEnds::default());
    store.is_down(true);
    let error = revoker.load().await.unwrap_err();
    assert!(matches!(&error, SessionError::StoreUnavailable(it) if it.kind() == StoreErrorKind::Unreachable));
    assert_eq!(revoker.known().as_of, None);
    store.is_down(false);
    let known = revoker.load().await.unwrap();
    assert_eq!((known.ended, known.cut_offs, known.clock_offset), (1, 1, 0));
    assert_eq!(known.as_of.map(|at| at.unix()), Some(START));
    assert_eq!(revoker.known(), known);
    // Nobody needs the store any more to judge whoever comes.
    store.is_down(true);
    let routes = routes().layer(layer);
    shows(&mut copy.moved_to(routes.clone()), "nobody: ").await;
    shows(&mut browser.moved_to(routes), "bob: ").await;
    copy.jar.clear();
    // It hears of what ends later too, though no request came.
    store.is_down(false);
    let layer = sessions(Place::Cookie, &store, &clock).build().unwrap();
    let revoker = layer.revoker().unwrap();
    revoker.load().await.unwrap();
    browser.get("/out").await;
    // What it was before it ended all others ended too.
    assert_eq!(revoker.known().ended, 3);
}

/// Requests do not ask for ends, and would not tell that nobody answers.
#[tokio::test]
async fn the_beginning_of_an_outage_and_its_end_are_told_once() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::Cookie, &store, &clock));
    browser.get("/in-ann").await;
    let events = Events::start();
    for is_down in [true, false, true, false] {
        store.is_down(is_down);
        for _ in 0..3 {
            clock.advance(6);
            browser.get("/show").await;
        }
        let told = if is_down {
            "ERROR store not reached or not usable"
        } else {
            "INFO what has ended is known again"
        };
        let events = events.take();
        assert!(events.len() == 1 && events[0].starts_with(told), "{events:?}");
    }
}

/// The store was emptied, or another took its place: what a living node knows comes back, and no end is forgotten.
#[tokio::test]
async fn what_a_node_knows_and_the_store_has_lost_is_put_back() {
    let (clock, stores, store) = Swapped::and_clock();
    let node = || {
        shop_of(
            SessionLayer::builder(RING.clone(), "tests")
                .session::<Cart>("session")
                .store(store.clone())
                .clock(clock.clone()),
        )
    };
    let mut here = Browser::new(node());
    here.get("/in-ann").await;
    let mut copy = here.clone();
    here.get("/out").await;
    here.get("/in-bob").await;
    let mut cut = here.clone();
    here.get("/others").await;
    store.swap();
    clock.advance(10);
    shows(&mut copy, "nobody: ").await;
    shows(&mut here, "bob: ").await;
    // What is owed goes with the next look at the feed, which a second brings where the store is a server.
    let (id, person) = (SessionId::from_bytes([7; 16]), PersonId::from_bytes([7; 16]));
    stores[0].apply(&[Op::End { id, person, lifetime: 60 }]).await.unwrap();
    let feed = stores[1].feed(&[]).await.unwrap().0;
    assert!(feed.ended.len() == 2 && feed.cut_offs.len() == 1, "{feed:?}");
    // So a node that starts now knows it too.
    let fresh = node();
    shows(&mut copy.moved_to(fresh.clone()), "nobody: ").await;
    shows(&mut cut.moved_to(fresh.clone()), "nobody: ").await;
    shows(&mut here.moved_to(fresh), "bob: ").await;
    cut.jar.clear();
}

/// A sign-in that was renewed ends some seconds later: a node knows that in advance.
#[tokio::test]
async fn an_end_of_some_seconds_later_is_put_back_too() {
    let (clock, stores, store) = Swapped::and_clock();
    let node = || {
        shop_of(
            SessionLayer::builder(RING.clone(), "tests")
                .session::<Cart>("session")
                .store(store.clone())
                .clock(clock.clone()),
        )
    };
    let mut browser = Browser::new(node());
    browser.get("/in-ann").await;
    let mut renewed = browser.clone();
    browser.get("/renew").await;
    shows(&mut renewed, "ann: ").await;
    store.swap();
    clock.advance(6);
    shows(&mut browser, "ann: ").await;
    let feed = stores[1].feed(&[]).await.unwrap().0;
    assert!(feed.ended.iter().any(|it| it.at.unix() == START + Op::GRACE), "{feed:?}");
    clock.advance(Op::GRACE);
    shows(&mut renewed.moved_to(node()), "nobody: ").await;
}

/// Nobody is told that it is done who cannot know.
#[tokio::test]
async fn ends_that_the_store_did_not_do_are_no_success() {
    use StoreErrorKind::Unreachable;
    for path in ["/others", "/again/others", "/renew/others"] {
        let (mut one, store) = all_stored();
        let mut two = one.clone();
        two.get("/in-ann").await;
        one.get("/in-ann").await;
        store.next(Fault::Fails(Unreachable));
        let answer = one.get(path).await;
        assert_eq!((answer.status, answer.sets().as_str()), (503, ""), "{path}");
        shows(&mut two, "ann: ").await;
        shows(&mut one, "ann: ").await;
        // Where only the answer was lost it is done, and this one goes on.
        store.next(Fault::LosesAnswer);
        assert_eq!(one.get(path).await.status, 200, "{path}");
        shows(&mut two, "nobody: ").await;
        shows(&mut one, "ann: ").await;
    }
}

#[tokio::test]
async fn an_end_whose_answer_is_lost_does_not_say_that_nothing_lived() {
    let (mut one, store) = all_stored();
    let mut two = one.clone();
    two.get("/in-ann").await;
    one.get("/in-ann").await;
    let list = one.get("/list").await.body;
    let key = list.split(", ").find(|it| !it.starts_with("this ")).unwrap().to_owned();
    store.next(Fault::LosesAnswer);
    assert_eq!(one.get(&format!("/end-{key}")).await.status, 503);
    assert_eq!(one.get(&format!("/end-{key}")).await.body, "false");
    shows(&mut two, "nobody: ").await;
}

/// Sign-ins go by one clock, and a node whose own is elsewhere could judge none.
#[tokio::test]
async fn a_store_by_another_clock_signs_nobody_in() {
    for (ahead, status) in [(0, 200), (90, 200), (91, 503), (300, 503)] {
        let clock = TestClock::new();
        let theirs = clock.clone();
        let store =
            MemoryStore::with_clock(MemoryStore::ROOM, move || gingersnap::Clock::now(&theirs).plus(ahead));
        let layer = SessionLayer::builder(RING.clone(), "tests").session::<Cart>("session").store(store);
        let mut browser = Browser::new(routes().layer(layer.clock(clock).build().unwrap()));
        let answer = browser.get("/in-ann").await;
        assert_eq!(answer.status, status, "{ahead} s ahead");
        if let Some(SessionError::StoreUnavailable(error)) = answer.error {
            let text = format!("the store's clock is at {} and this node's at {START}", START + ahead);
            assert!(error.to_string().starts_with(&text), "{error}");
            assert_eq!(error.hint(), Some("set the clocks of the nodes and of the store"));
        }
    }
}

#[tokio::test]
async fn a_sign_in_that_fails_of_the_clock_ends_nobodys() {
    let (clock, store) = Faulty::and_clock();
    let mut browser = Browser::new(shop_at(Place::Cookie, &store, &clock));
    browser.get("/in-ann").await;
    let wrong = TestClock::new();
    wrong.advance(300);
    let mut copy = browser.moved_to(shop_at(Place::Cookie, &store, &wrong));
    for path in ["/in-bob", "/in-ann", "/renew", "/others"] {
        assert_eq!(copy.get(path).await.status, 503, "{path}");
    }
    clock.advance(6);
    shows(&mut browser, "ann: ").await;
    assert_eq!(browser.get("/labels").await.body, "none", "nothing of it is listed");
}

#[tokio::test]
async fn a_full_store_signs_nobody_in_and_signs_people_out() {
    let (mut browser, store) = all_stored();
    browser.get("/in-ann").await;
    let mut copy = browser.clone();
    store.next(Fault::Fails(StoreErrorKind::Full));
    assert_eq!(browser.get("/in-bob").await.status, 503);
    does(&mut browser, "/out", "-__Host-id", "").await;
    shows(&mut copy, "nobody: ").await;
    // Ends are taken where nothing new is.
    let small = MemoryStore::with_room(0);
    let person = PersonId::from_bytes([7; 16]);
    let id = SessionId::from_bytes([7; 16]);
    assert!(small.apply(&[Op::End { id, person, lifetime: 60 }]).await.is_ok());
    let failing = Failing::new(small);
    let (renews, cuts_off, started_at, label) = (None, None, gingersnap::Timestamp::from_unix(1), None);
    let id = SessionId::from_bytes([8; 16]);
    let enter = Op::Enter { id, person, renews, cuts_off, started_at, lifetime: 60, label };
    assert!(failing.apply(&[enter]).await.is_err());
}

use swapped::Swapped;

/// A name behind which there is one store, and then another.
mod swapped {
    use std::fmt;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use gingersnap::store::{
        Answer, Applied, Changed, Feed, MemoryStore, Op, Record, RecordId, SignInRow, Store, Task,
    };
    use gingersnap::token::PersonId;

    use crate::browser::TestClock;

    #[derive(Clone)]
    pub(super) struct Swapped {
        stores: [MemoryStore; 2],
        now: Arc<AtomicUsize>,
    }

    impl Swapped {
        /// The clock that all go by, the two stores, and the one that leads to the first of them until it is swapped.
        pub(super) fn and_clock() -> (TestClock, [MemoryStore; 2], Self) {
            let clock = TestClock::new();
            let stores = [(); 2].map(|()| MemoryStore::with_clock(MemoryStore::ROOM, clock.clone()));
            (clock, stores.clone(), Self { stores, now: Arc::default() })
        }

        pub(super) fn swap(&self) {
            self.now.store(1, Ordering::SeqCst);
        }

        fn now(&self) -> &MemoryStore {
            &self.stores[self.now.load(Ordering::SeqCst)]
        }
    }

    impl Store for Swapped {
        fn load(&self, id: RecordId) -> Answer<'_, Option<Record>> {
            self.now().load(id)
        }

        fn apply<'a>(&'a self, operations: &'a [Op]) -> Answer<'a, Applied> {
            self.now().apply(operations)
        }

        fn sign_ins(&self, person: PersonId) -> Answer<'_, Vec<SignInRow>> {
            self.now().sign_ins(person)
        }

        fn feed<'a>(&'a self, mark: &'a [u8]) -> Answer<'a, Feed> {
            self.now().feed(mark)
        }

        fn changed(&self) -> Changed {
            self.now().changed()
        }

        fn purge(&self, limit: u32) -> Answer<'_, u32> {
            self.now().purge(limit)
        }

        fn create_tables(&self) -> Answer<'_, ()> {
            self.now().create_tables()
        }

        fn spawn(&self, task: Task) {
            self.now().spawn(task);
        }
    }

    impl fmt::Display for Swapped {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("one store, and then another")
        }
    }
}
