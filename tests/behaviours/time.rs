//! The end of a session.

use gingersnap::testing::{self, TestClock};
use gingersnap::{Clock as _, Policy};

use crate::app::{Browser, DAY, HOUR, app, browser, builder};

const START: u64 = TestClock::START;

/// Asks who is signed in every now and then, until `end`.
async fn active_until(browser: &mut Browser, clock: &TestClock, end: u64) {
    while clock.now().unix() < end {
        clock.set(end.min(clock.now().unix() + HOUR - 1));
        assert_eq!(browser.get("/").await.body, "ann [] 0", "{}", clock.now().unix() - START);
    }
}

#[tokio::test]
async fn each_preset_has_its_timeouts_to_the_second() {
    for (policy, absolute, idle) in [
        (Policy::relaxed(), 30 * DAY, None),
        (Policy::standard(), DAY, Some(HOUR)),
        (Policy::strict(), DAY / 2, Some(HOUR / 4)),
    ] {
        for (limit, policy) in [(absolute, policy.idle_timeout(None)), (idle.unwrap_or(absolute), policy)] {
            let clock = TestClock::new();
            let mut browser = Browser::new(app(builder(testing::keyring(), &clock).policy(policy)));
            browser.get("/in/ann").await;
            for (age, shown) in [(limit - 1, "ann [] 0"), (limit, "nobody [] 0"), (limit + 1, "nobody [] 0")]
            {
                clock.set(START + age);
                // Late, so that looking is no activity.
                assert_eq!(browser.late("/").await.body, shown, "{limit} {age}");
            }
        }
    }
}

#[tokio::test]
async fn signing_in_again_resets_both_timeouts_and_authenticating_again_the_idle_one_alone() {
    for (path, end) in [("/renew", DAY), ("/again", DAY), ("/in/ann", DAY / 2 + DAY)] {
        let clock = TestClock::new();
        let mut browser = browser(&clock);
        browser.get("/in/ann").await;
        active_until(&mut browser, &clock, START + DAY / 2).await;
        browser.get(path).await;

        let mut idle = browser.clone();
        clock.set(START + DAY / 2 + HOUR - 1);
        assert_eq!(idle.late("/").await.body, "ann [] 0", "{path}");
        clock.set(START + DAY / 2 + HOUR);
        assert_eq!(idle.get("/").await.body, "nobody [] 0", "{path}");

        clock.set(START + DAY / 2);
        active_until(&mut browser, &clock, START + end - 1).await;
        clock.set(START + end);
        assert_eq!(browser.get("/").await.body, "nobody [] 0", "{path}");
    }
}

#[tokio::test]
async fn a_max_age_beyond_the_policy_prolongs_nothing() {
    let clock = TestClock::new();
    let policy = Policy::standard().idle_timeout(None).remember_for(30 * DAY);
    let mut browser = Browser::new(app(builder(testing::keyring(), &clock).policy(policy)));
    browser.get("/in/ann").await;
    assert_eq!(browser.get("/add/tea").await.set_cookies[0].max_age(), Some(30 * DAY));
    clock.set(START + DAY - 1);
    assert_eq!(browser.get("/").await.body, "ann [\"tea\"] 0");
    clock.set(START + DAY);
    assert_eq!(browser.get("/").await.body, "nobody [] 0");
}

/// Only a store could prevent it: SECURITY.md says so, and what there is instead.
#[tokio::test]
async fn a_copy_outlives_the_log_out_until_the_absolute_timeout_or_a_cut_off() {
    let (ring, clock) = (testing::keyring(), TestClock::new());
    let node = |ring| {
        let layer = builder(ring, &clock).policy(Policy::standard().idle_timeout(None));
        app(layer)
    };
    let mut browser = Browser::new(node(ring.clone()));
    browser.get("/in/ann").await;
    browser.get("/add/tea").await;
    let mut copy = browser.clone();
    clock.advance(1);
    browser.get("/out").await;
    assert_eq!(browser.get("/").await.body, "nobody [] 0");

    assert_eq!(copy.get("/").await.body, "ann [\"tea\"] 0");
    let cut = ring.end_sessions_before(clock.now(), clock.now()).unwrap();
    assert_eq!(copy.moved_to(node(cut)).get("/").await.body, "nobody [] 0");
    clock.set(START + DAY);
    assert_eq!(copy.get("/").await.body, "nobody [] 0");
}
