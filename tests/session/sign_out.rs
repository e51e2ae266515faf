//! Signing out: all that is the person's leaves the browser, whatever else happens in the request.

use gingersnap::{Entropy, NoEntropy, SessionError};
use tower_http::catch_panic::CatchPanicLayer;

use crate::browser::{Browser, TestClock, builder, ring, with_ring};
use crate::events::Events;
use crate::rings::overridden;
use crate::steps::{after, at, does, routes, shop, shows};

const HOUR: u64 = 3600;

/// A browser in which ann is signed in, with data, activity and a message of hers, and a theme.
async fn anns() -> (TestClock, Browser) {
    let clock = TestClock::new();
    let mut browser = at(&clock, &["/in-ann/add-tea/wish-book/theme-dark/say-hello"]).await;
    clock.advance(HOUR / 2);
    does(&mut browser, "/show", "__Host-seen", "ann: tea").await;
    (clock, browser)
}

const ALL: &str = "-__Host-id -__Host-seen -__Host-session-own -__Host-wishes-own -__Host-flash";

#[tokio::test]
async fn a_sign_out_removes_all_that_is_the_persons_touched_or_not_and_nothing_of_the_browsers() {
    for path in ["/out", "/show/out", "/hear/out", "/all/out"] {
        let (_, mut browser) = anns().await;
        assert_eq!(browser.get(path).await.sets(), ALL, "{path}");
        does(&mut browser, "/all", "", "nobody:  |  | dark").await;
    }
}

#[tokio::test]
async fn a_sign_out_removes_a_guests_data_beside_it() {
    let mut browser = after(&[]).await;
    let late = browser.late("/add-milk/wish-cake").await;
    browser.get("/in-ann/add-tea").await;
    browser.keep(&late);
    let sets = "-__Host-id -__Host-session -__Host-session-own -__Host-wishes";
    does(&mut browser, "/out", sets, "").await;
    assert_eq!(browser.cookies(), "");
}

#[tokio::test]
async fn a_sign_out_removes_what_was_written_before_the_sign_in() {
    let mut browser = after(&["/wish-book", "/in-ann", "/add-tea"]).await;
    let sets = "-__Host-id -__Host-session-own -__Host-wishes-own";
    does(&mut browser, "/out", sets, "").await;
}

#[tokio::test]
async fn a_sign_out_leaves_another_persons_data() {
    let mut browser = after(&["/in-ann/add-tea", "/in-bob"]).await;
    does(&mut browser, "/show/out", "-__Host-id", "bob: ").await;
    browser.get("/in-ann").await;
    shows(&mut browser, "ann: tea").await;
}

#[tokio::test]
async fn a_sign_out_after_a_timeout_removes_what_was_left() {
    for late in [HOUR, 25 * HOUR] {
        let clock = TestClock::new();
        let mut browser = at(&clock, &["/in-ann/add-tea"]).await;
        clock.advance(late);
        does(&mut browser, "/out", "-__Host-id -__Host-session-own", "").await;
        browser.get("/in-ann").await;
        shows(&mut browser, "ann: ").await;
    }
}

#[tokio::test]
async fn a_sign_out_ends_what_a_sign_in_of_the_same_request_adopted() {
    let mut browser = after(&["/add-tea/wish-book"]).await;
    let sets = "__Host-id -__Host-session -__Host-wishes";
    does(&mut browser, "/in-ann/out/in-ann/all", sets, "+__Host-session +__Host-wishes, ann:  |  | ").await;
    does(&mut browser, "/all", "", "ann:  |  | ").await;
}

/// The table of cases, "demo": it is always called, not only where somebody is seen.
#[tokio::test]
async fn a_sign_out_of_somebody_who_cannot_be_read_yet_removes_what_may_be_theirs() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(shop(with_ring(ring.clone(), &clock)));
    browser.get("/in-ann/add-tea/say-hello").await;
    let mut browser = browser.moved_to(shop(with_ring(overridden(&ring, "disabled"), &clock)));
    shows(&mut browser, "nobody: ").await;
    does(&mut browser, "/out", "-__Host-id -__Host-session-own -__Host-flash", "").await;
}

/// The key of the data is disabled, and that of the identity is not.
#[tokio::test]
async fn a_sign_out_removes_data_that_cannot_be_read_yet() {
    let (ring, clock) = (ring(), TestClock::new());
    let mut browser = Browser::new(shop(with_ring(ring.clone(), &clock)));
    browser.get("/in-ann/add-tea").await;
    let mut browser = browser.moved_to(shop(with_ring(overridden(&ring, "disabled"), &clock)));
    let data = browser.jar.remove("__Host-session-own").unwrap();
    browser.get("/in-ann").await;
    browser.jar.insert("__Host-session-own".into(), data);
    shows(&mut browser, "ann: ").await;
    does(&mut browser, "/out", "-__Host-id -__Host-session-own", "").await;
}

#[tokio::test]
async fn a_sign_out_goes_out_whatever_the_status() {
    for status in [200, 401, 408, 500, 503] {
        let (_, mut browser) = anns().await;
        let events = Events::start();
        let answer = browser.get(&format!("/out/status-{status}")).await;
        assert_eq!((answer.status, sorted(&answer.sets())), (status, sorted(ALL)), "{status}");
        assert_eq!(events.take(), ["INFO signed out"], "{status}");
        does(&mut browser, "/all", "", "nobody:  |  | dark").await;
    }
}

fn sorted(names: &str) -> Vec<&str> {
    let mut names = names.split(' ').collect::<Vec<_>>();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_sign_out_goes_out_where_what_comes_after_it_does_not() {
    for (path, error) in [
        ("/out/big-5000", true),
        ("/take/out/add-tea/forget", true),
        ("/out/in-bob/status-500", false),
        ("/out/in-bob/add-tea/status-408", false),
        ("/out/in-bob/add-tea/save/status-500", false),
        ("/add-tea/save/out/status-500", false),
    ] {
        let (_, mut browser) = anns().await;
        let answer = browser.get(path).await;
        assert_eq!((answer.error.is_some(), sorted(&answer.sets())), (error, sorted(ALL)), "{path}");
        does(&mut browser, "/all", "", "nobody:  |  | dark").await;
    }
}

/// Story 61.
#[tokio::test]
async fn a_sign_out_goes_out_with_a_panic_that_is_caught_inside() {
    let sessions = builder(&TestClock::new()).build().unwrap();
    let mut browser = Browser::new(routes().layer(CatchPanicLayer::new()).layer(sessions));
    browser.get("/in-ann/add-tea").await;
    let answer = browser.get("/out/take/add-more/there-is-no-such-step").await;
    assert_eq!((answer.status, answer.sets().as_str()), (500, "-__Host-id -__Host-session-own"));
}

struct Nothing;

impl Entropy for Nothing {
    fn fill(&self, _: &mut [u8]) -> Result<(), NoEntropy> {
        Err(NoEntropy)
    }
}

#[tokio::test]
async fn a_sign_out_needs_no_sealing_even_beside_something_that_does() {
    let (clock, ring) = (TestClock::new(), ring());
    let mut browser = Browser::new(shop(with_ring(ring.clone(), &clock)));
    browser.get("/in-ann").await;
    let mut browser = browser.moved_to(shop(with_ring(ring, &clock).entropy(Nothing)));
    shows(&mut browser, "ann: ").await;
    let answer = browser.get("/out/say-goodbye").await;
    assert_eq!((answer.status, answer.error), (503, Some(SessionError::NoEntropy)));
    assert_eq!(answer.set_cookies.len(), 1);
    shows(&mut browser, "nobody: ").await;
}

#[tokio::test]
async fn a_message_after_a_sign_out_is_for_the_next_page() {
    let (_, mut browser) = anns().await;
    browser.get("/out/say-goodbye").await;
    does(&mut browser, "/hear", "-__Host-flash", "goodbye").await;
}

/// The price that the documents state.
#[tokio::test]
async fn what_a_late_answer_brings_after_a_sign_out_only_the_same_person_sees_again() {
    let mut browser = after(&["/in-ann/add-tea"]).await;
    let late = browser.late("/add-late").await;
    browser.get("/out").await;
    browser.keep(&late);
    for (path, shown) in [("/show", "nobody: "), ("/in-bob", "bob: "), ("/in-ann", "ann: tea late")] {
        browser.get(path).await;
        shows(&mut browser, shown).await;
    }
}
