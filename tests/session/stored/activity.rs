//! Activity beside the cookies: a proxy that drops them signs nobody out, and lists say when somebody was last seen.

use gingersnap::store::{Op, Store as _};
use gingersnap::{Place, Policy};

use super::faulty::{Fault, Faulty};
use super::{sessions, shop_at, shop_of};
use crate::browser::{Browser, START, TestClock};
use crate::events::Events;
use crate::steps::{does, shows};

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// A browser in which ann is signed in, behind a proxy that passes on the cookies of the sign-in and none of those after it.
struct Behind {
    browser: Browser,
    clock: TestClock,
    store: Faulty,
}

impl Behind {
    async fn a_proxy() -> Self {
        Self::with(Policy::standard()).await
    }

    async fn with(policy: Policy) -> Self {
        let (clock, store) = Faulty::and_clock();
        let app = shop_of(sessions(Place::Cookie, &store, &clock).policy(policy));
        let mut browser = Browser::new(app);
        browser.get("/in-ann").await;
        Self { browser, clock, store }
    }

    /// The person signed in at this age of the sign-in, according to a node.
    async fn who(&self, node: &Browser, age: u64) -> String {
        self.clock.set(START + age);
        let mut request = node.clone();
        request.get("/show").await.body
    }

    /// Lets a node tell the store what it saw: one in a server does so each second.
    async fn tick(&self, node: &Browser) {
        self.clock.advance(6);
        node.clone().get("/poll/show").await;
    }

    /// Another node of the same store, with this browser's cookies.
    fn another_node(&self) -> Browser {
        self.browser.moved_to(shop_at(Place::Cookie, &self.store, &self.clock))
    }

    /// The number of writes of activity since the last call.
    fn written(&self) -> usize {
        self.store.taken().iter().filter(|op| matches!(op, Op::Seen { .. })).count()
    }

    fn questions(&self) -> usize {
        std::mem::take(&mut *self.store.lists.lock().unwrap())
    }
}

#[tokio::test]
async fn who_is_active_stays_signed_in_though_a_proxy_drops_every_cookie_of_it() {
    let it = Behind::a_proxy().await;
    for age in (0..23 * HOUR).step_by(10 * 60) {
        assert_eq!(it.who(&it.browser, age).await, "ann: ", "{age}");
    }
    // The node knew by itself.
    assert_eq!(it.questions(), 0);
}

#[tokio::test]
async fn a_node_asks_the_store_for_the_activity_that_another_saw() {
    let it = Behind::a_proxy().await;
    let nodes = [it.browser.clone(), it.another_node(), it.another_node()];
    for (turn, age) in (0..23 * HOUR).step_by(25 * 60).enumerate() {
        assert_eq!(it.who(&nodes[turn % 3], age).await, "ann: ", "{age}");
        it.tick(&nodes[turn % 3]).await;
    }
    // One that starts now as well.
    assert_eq!(it.who(&it.another_node(), 23 * HOUR).await, "ann: ");
}

#[tokio::test]
async fn who_is_idle_on_every_node_is_signed_out_and_the_store_was_asked_once_a_minute() {
    let it = Behind::a_proxy().await;
    it.who(&it.browser, 10 * MINUTE).await;
    let (here, there) = (it.browser.clone(), it.another_node());
    it.who(&there, 10 * MINUTE + 6).await;
    it.questions();
    let over = 10 * MINUTE + 6 + HOUR;
    assert_eq!(it.who(&here, over - 1).await, "ann: ");
    it.questions();
    // The activity of a moment ago was the last.
    let over = over - 1 + HOUR;
    for node in [&here, &there, &it.another_node()] {
        let events = Events::start();
        for age in [over + 10, over + 11, over + 69] {
            assert_eq!(it.who(node, age).await, "nobody: ", "{age}");
        }
        assert_eq!(it.questions(), 1);
        assert_eq!(it.who(node, over + 70).await, "nobody: ");
        assert_eq!(it.questions(), 1);
        assert_eq!(
            events.take().iter().filter(|it| it.contains("reason=\"idle\" unsettled=false")).count(),
            4
        );
    }
}

#[tokio::test]
async fn while_the_store_is_away_nobody_is_refused_as_idle_for_good() {
    let it = Behind::a_proxy().await;
    let there = it.another_node();
    it.who(&it.browser, 59 * MINUTE).await;
    it.tick(&it.browser).await;
    it.tick(&there).await;
    it.store.is_down(true);
    it.clock.set(START + HOUR + MINUTE);
    let mut there = there.clone();
    let events = Events::start();
    let answer = there.get("/add-tea").await;
    assert_eq!((answer.status, answer.sets().as_str()), (503, ""));
    assert!(events.take().iter().any(|it| it.contains("reason=\"ends_unknown\" unsettled=true")));
    it.store.is_down(false);
    // It is asked again after five seconds.
    it.clock.advance(4);
    shows(&mut there, "nobody: ").await;
    it.clock.advance(1);
    assert_eq!(there.get("/show").await.body, "ann: ");
}

#[tokio::test]
async fn of_many_requests_at_once_one_asks_the_store() {
    let it = Behind::a_proxy().await;
    let there = it.another_node();
    it.who(&it.browser, 50 * MINUTE).await;
    it.tick(&it.browser).await;
    it.clock.set(START + HOUR + 10);
    it.questions();
    let mut ten: Vec<Browser> = (0..10).map(|_| there.clone()).collect();
    let answers = futures_util::future::join_all(ten.iter_mut().map(|it| it.get("/show"))).await;
    assert!(answers.iter().all(|answer| answer.body == "ann: "));
    assert_eq!(it.questions(), 1);
}

/// The figure of the design: at most one write in `renew_after` and node, however many requests there are.
#[tokio::test]
async fn a_reader_is_written_down_once_in_renew_after_and_node() {
    for (policy, renew_after) in [
        (Policy::standard(), HOUR / 10),
        (Policy::standard().renew_after(90), 90),
        (Policy::relaxed(), HOUR),
        (Policy::relaxed().renew_after(600), 600),
    ] {
        let it = Behind::with(policy).await;
        for age in (0..12 * HOUR).step_by(30) {
            assert_eq!(it.who(&it.browser, age).await, "ann: ");
        }
        let most = 12 * HOUR / renew_after;
        let written = u64::try_from(it.written()).unwrap();
        assert!((most - 1..=most).contains(&written), "{renew_after}: {written}");
    }
}

/// If the cookie arrives, it says that the store was told already: all nodes together write once in `renew_after`.
#[tokio::test]
async fn where_the_cookie_arrives_the_nodes_do_not_write_the_same_twice() {
    let it = Behind::a_proxy().await;
    let mut nodes = [it.browser.clone(), it.another_node(), it.another_node()];
    for (turn, age) in (0..12 * HOUR).step_by(30).enumerate() {
        it.clock.set(START + age);
        let jar = nodes[(turn + 2) % 3].jar.clone();
        let node = &mut nodes[turn % 3];
        node.jar = jar;
        assert_eq!(node.get("/show").await.body, "ann: ");
    }
    let written = it.written();
    assert!((118..=120).contains(&written), "{written}");
}

#[tokio::test]
async fn without_an_idle_timeout_activity_is_written_down_hourly_where_there_is_a_store() {
    let it = Behind::with(Policy::relaxed()).await;
    let mut browser = it.browser.clone();
    for (age, sets) in [(HOUR - 1, ""), (HOUR, "__Host-seen"), (HOUR + 1, ""), (2 * HOUR, "__Host-seen")] {
        it.clock.set(START + age);
        does(&mut browser, "/show", sets, "ann: ").await;
    }
    it.clock.set(START + 30 * 24 * HOUR - 1);
    assert_eq!(browser.get("/show").await.body, "ann: ");
}

#[tokio::test]
async fn lists_say_when_each_was_last_seen() {
    let it = Behind::a_proxy().await;
    does(&mut it.browser.clone(), "/seen", "", "0").await;
    it.who(&it.browser, 10 * MINUTE).await;
    it.tick(&it.browser).await;
    does(&mut it.browser.clone(), "/seen", "__Host-seen", "600").await;
}

#[tokio::test]
async fn what_is_no_activity_is_not_written_down() {
    let it = Behind::a_proxy().await;
    it.clock.set(START + 10 * MINUTE);
    let mut browser = it.browser.clone();
    browser.get("/poll/show").await;
    browser.get("/show/status-500").await;
    browser.get("/theme-x").await;
    browser.send(http::Request::head("/show").body(axum::body::Body::empty()).unwrap()).await;
    it.clock.advance(6);
    browser.get("/poll/show").await;
    assert_eq!(it.written(), 0);
    // A renewal is entered by itself.
    browser.get("/renew").await;
    it.clock.advance(6);
    browser.get("/show").await;
    assert_eq!(it.written(), 0);
}

#[tokio::test]
async fn activity_that_the_store_does_not_take_fails_no_response_and_is_told_later() {
    let it = Behind::a_proxy().await;
    it.who(&it.browser, 10 * MINUTE).await;
    it.written();
    it.store.next(Fault::Fails(gingersnap::store::StoreErrorKind::Io));
    assert_eq!(it.who(&it.browser, 10 * MINUTE + 6).await, "ann: ");
    assert_eq!(it.written(), 1);
    assert_eq!(it.who(&it.browser, 10 * MINUTE + 12).await, "ann: ");
    assert_eq!(it.written(), 1);
    does(&mut it.browser.clone(), "/seen", "__Host-seen", "600").await;
}

/// The time that is left depends on what is known here.
#[tokio::test]
async fn the_end_of_a_sign_in_is_told_by_the_activity_that_counts() {
    let it = Behind::a_proxy().await;
    it.who(&it.browser, 50 * MINUTE).await;
    it.clock.set(START + 70 * MINUTE);
    does(&mut it.browser.clone(), "/poll/left", "", &(110 * MINUTE).to_string()).await;
}

/// A thief of the cookies is not kept in by activity after the end, and the row stays as it is.
#[tokio::test]
async fn activity_brings_no_sign_in_back() {
    let it = Behind::a_proxy().await;
    let copy = it.browser.clone();
    it.who(&it.browser, 10 * MINUTE).await;
    it.browser.clone().get("/out").await;
    for age in [11 * MINUTE, 20 * MINUTE] {
        assert_eq!(it.who(&copy, age).await, "nobody: ");
        assert_eq!(it.who(&it.another_node(), age).await, "nobody: ");
    }
    let [Op::Enter { person, .. }, ..] = it.store.taken()[..] else { panic!("not entered") };
    assert!(it.store.sign_ins(person).await.unwrap().0.is_empty());
}
