//! The lifetimes of data: a guest's from its start, the browser's from its last write, a person's with the person.

use gingersnap::{BuildError, Policy, SessionLayer, SessionLayerBuilder};

use crate::browser::{Browser, Cart, START, TestClock, Theme, ring};
use crate::rings::with_longest_session;
use crate::steps::{Wishes, routes, shows};

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;
const YEAR: u64 = 365 * DAY;

/// A ring that allows a year, and sign-ins of a day.
fn year(clock: &TestClock) -> SessionLayerBuilder {
    SessionLayer::builder(with_longest_session(&ring(), YEAR), "tests").clock(clock.clone())
}

/// The shop where a cart lasts 30 days, and a theme 90.
fn browser(clock: &TestClock, policy: Policy) -> Browser {
    let layer = year(clock).policy(policy);
    let layer = layer.session::<Cart>("session").lasting(30 * DAY);
    let layer = layer.session::<Wishes>("wishes").browser_session::<Theme>("theme").lasting(90 * DAY);
    Browser::new(routes().layer(layer.build().unwrap()))
}

#[tokio::test]
async fn a_guests_cart_lasts_for_weeks_where_sign_ins_last_for_a_day() {
    let clock = TestClock::new();
    let mut browser = browser(&clock, Policy::standard());
    let answer = browser.get("/add-tea").await;
    assert_eq!(answer.set_cookie("__Host-session").max_age(), Some(30 * DAY));
    clock.set(START + 29 * DAY);
    browser.restart();
    browser.get("/add-milk").await;
    clock.set(START + 30 * DAY - 1);
    shows(&mut browser, "nobody: tea milk").await;
    clock.set(START + 30 * DAY);
    shows(&mut browser, "nobody: ").await;

    clock.set(START);
    browser.get("/in-ann").await;
    clock.set(START + DAY);
    shows(&mut browser, "nobody: ").await;
}

#[tokio::test]
async fn each_session_has_a_lifetime_of_its_own() {
    let clock = TestClock::new();
    let mut browser = browser(&clock, Policy::standard());
    let answer = browser.get("/add-tea/wish-book/theme-dark").await;
    let max_ages = ["__Host-session", "__Host-wishes", "__Host-theme"];
    let max_ages = max_ages.map(|name| answer.set_cookie(name).max_age());
    assert_eq!(max_ages, [Some(30 * DAY), None, Some(90 * DAY)]);
    for (at, all) in [
        (DAY - 1, "nobody: tea | book | dark"),
        (DAY, "nobody: tea |  | dark"),
        (30 * DAY - 1, "nobody: tea |  | dark"),
        (30 * DAY, "nobody:  |  | dark"),
    ] {
        clock.set(START + at);
        assert_eq!(browser.get("/all").await.body, all, "after {at} s");
    }
}

#[tokio::test]
async fn the_browsers_session_lasts_from_its_last_write() {
    let clock = TestClock::new();
    let mut browser = browser(&clock, Policy::standard());
    browser.get("/theme-dark").await;
    clock.set(START + 90 * DAY - 1);
    assert_eq!(browser.get("/all").await.body, "nobody:  |  | dark");
    browser.get("/theme-light").await;
    clock.set(START + 180 * DAY - 2);
    assert_eq!(browser.get("/all").await.body, "nobody:  |  | light");
    clock.set(START + 180 * DAY - 1);
    assert_eq!(browser.get("/all").await.body, "nobody:  |  | ");
}

#[tokio::test]
async fn unless_set_the_browsers_session_lasts_as_long_as_the_ring_allows() {
    let clock = TestClock::new();
    let layer = year(&clock).session::<Cart>("session").session::<Wishes>("wishes");
    let layer = layer.browser_session::<Theme>("theme").build().unwrap();
    let mut browser = Browser::new(routes().layer(layer));
    let answer = browser.get("/theme-dark").await;
    assert_eq!(answer.set_cookie("__Host-theme").max_age(), None);
    clock.set(START + YEAR);
    assert_eq!(browser.get("/all").await.body, "nobody:  |  | dark");
    clock.set(START + YEAR + 60);
    assert_eq!(browser.get("/all").await.body, "nobody:  |  | ");
}

#[tokio::test]
async fn a_persons_data_is_there_while_they_are_signed_in_however_short_a_guests_lasts() {
    let clock = TestClock::new();
    let layer = year(&clock).policy(Policy::relaxed()).session::<Cart>("session").lasting(HOUR);
    let layer = layer.session::<Wishes>("wishes").browser_session::<Theme>("theme");
    let mut browser = Browser::new(routes().layer(layer.build().unwrap()));
    browser.get("/add-tea").await;
    browser.get("/in-ann").await;
    clock.set(START + 30 * DAY - 1);
    shows(&mut browser, "ann: tea").await;
    clock.set(START + 30 * DAY);
    browser.get("/in-ann").await;
    shows(&mut browser, "ann: tea").await;
}

#[tokio::test]
async fn a_persons_data_is_dead_the_longest_session_after_it_was_last_written() {
    let clock = TestClock::new();
    let mut browser = browser(&clock, Policy::standard());
    browser.get("/in-ann/add-tea").await;
    for (at, shown) in [(YEAR, "ann: tea"), (YEAR + 60, "ann: ")] {
        clock.set(START + at);
        browser.get("/in-ann").await;
        shows(&mut browser, shown).await;
    }
}

/// Or who is remembered is there after a restart, and what is theirs is not.
#[tokio::test]
async fn the_browser_keeps_data_for_the_longer_of_its_lifetime_and_of_being_remembered() {
    for (remember_for, max_age) in [(7 * DAY, 30 * DAY), (60 * DAY, 60 * DAY)] {
        let mut browser = browser(&TestClock::new(), Policy::standard().remember_for(remember_for));
        let answer = browser.get("/add-tea").await;
        assert_eq!(answer.set_cookie("__Host-session").max_age(), Some(max_age));
        let answer = browser.get("/remember-ann").await;
        assert_eq!(answer.set_cookie("__Host-id").max_age(), Some(DAY));
        assert_eq!(answer.set_cookie("__Host-session-own").max_age(), Some(max_age));
        let answer = browser.get("/theme-dark").await;
        assert_eq!(answer.set_cookie("__Host-theme").max_age(), Some(90 * DAY));
    }
}

#[test]
fn a_lifetime_that_could_not_be_is_refused() {
    let lasting =
        |seconds| year(&TestClock::new()).session::<Cart>("session").lasting(seconds).build().map(drop);
    assert_eq!((lasting(1), lasting(YEAR)), (Ok(()), Ok(())));
    for seconds in [0, YEAR + 1, u64::MAX] {
        let error = lasting(seconds).unwrap_err();
        let name = "session".to_owned();
        assert_eq!(error, BuildError::BadLifetime { name, seconds, longest: YEAR });
        let text = format!(
            "the session \"session\" lasts {seconds} s and must last between 1 s and the ring's longest session of {YEAR} s"
        );
        assert_eq!(error.to_string(), text);
    }
    let error =
        year(&TestClock::new()).lasting(DAY).session::<Cart>("session").build().map(drop).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`lasting`, `place` and `former_name` are of the session named last, and no `.session::<T>(…)` stands before it"
    );
}
