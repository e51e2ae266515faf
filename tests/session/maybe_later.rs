//! Cookies that may be accepted later are left alone for minutes, and then they are dead: nobody is locked out for longer.

use axum::Router;
use axum::routing::get;
use base64_simd::URL_SAFE_NO_PAD;
use gingersnap::keyring::{Keyring, LiveKeyring};
use gingersnap::{Identity, Session, SessionData, SessionError, SessionLayer, Timestamp, View};
use serde::{Deserialize, Serialize};

use crate::browser::{Browser, START, TestClock, Visits, ring, with_ring};
use crate::rings::{edited, followed, made_at};
use crate::steps::{does, shop, shows};

const MINUTES: u64 = 300;
const YEAR: u64 = 365 * 86_400;

/// A shop of a node that follows its ring, loaded at the start, and another fleet's.
fn two_fleets(clock: &TestClock) -> (Browser, Router) {
    (Browser::new(shop(with_ring(ring(), clock))), shop(with_ring(followed(ring()), clock)))
}

/// Another framework's session id under our names, as `id=` with 64 hexadecimal digits.
#[tokio::test]
async fn what_another_framework_left_under_our_names_keeps_nobody_from_signing_in() {
    let hexadecimal = (0..16).map(|digit| format!("{digit:x}").repeat(64));
    let numbers =
        (0..=255_u8).map(|first| URL_SAFE_NO_PAD.encode_to_string([&[first][..], &[7; 47]].concat()));
    for value in hexadecimal.chain(numbers) {
        let (_, app) = two_fleets(&TestClock::new());
        let mut browser = Browser::new(app);
        for name in ["__Host-id", "__Host-seen", "__Host-session", "__Host-session-own", "__Host-flash"] {
            browser.jar.insert(name.into(), value.clone());
        }
        assert_eq!(browser.clone().get("/add-tea").await.status, 200, "{value}");
        assert_eq!(browser.get("/in-ann/add-tea/say-hello").await.status, 200, "{value}");
        does(&mut browser, "/show/hear", "-__Host-flash", "ann: tea, hello").await;
    }
}

#[tokio::test]
async fn a_token_of_another_ring_is_left_alone_for_minutes_and_no_longer() {
    let clock = TestClock::new();
    let (mut browser, app) = two_fleets(&clock);
    browser.get("/in-ann/add-tea").await;
    let mut browser = browser.moved_to(app);
    for (later, status) in [(0, 503), (MINUTES - 1, 503), (MINUTES, 200)] {
        clock.set(START + later);
        assert_eq!(browser.get("/add-milk").await.status, status, "after {later} s");
    }
    shows(&mut browser, "nobody: milk").await;
}

/// A ring that nobody follows never becomes another one.
#[tokio::test]
async fn where_nobody_follows_the_ring_a_token_of_another_is_dead_at_once() {
    let clock = TestClock::new();
    let (mut browser, _) = two_fleets(&clock);
    browser.get("/in-ann/add-tea").await;
    let mut browser = browser.moved_to(shop(with_ring(ring(), &clock)));
    does(&mut browser, "/add-milk/show", "__Host-session", "nobody: milk").await;
}

#[tokio::test]
async fn a_place_that_lags_longer_leaves_alone_for_longer() {
    let clock = TestClock::new();
    let (mut browser, _) = two_fleets(&clock);
    browser.get("/add-tea").await;
    let mut browser = browser.moved_to(shop(with_ring(followed(ring()).lagging(3_600), &clock)));
    for (later, status) in [(3_599, 503), (3_600, 200)] {
        clock.set(START + later);
        assert_eq!(browser.get("/add-milk").await.status, status, "after {later} s");
    }
}

/// The browser that a node with a fast clock served, and the next node.
async fn served_by_a_fast_clock(ahead: u64) -> (TestClock, Browser) {
    let (ring, clock, fast) = (ring(), TestClock::new(), TestClock::new());
    fast.set(START + ahead);
    let mut browser = Browser::new(shop(with_ring(ring.clone(), &fast)));
    browser.get("/in-ann/add-tea/say-hello").await;
    browser.get("/wish-book").await;
    (clock.clone(), browser.moved_to(shop(with_ring(followed(ring), &clock))))
}

/// One node whose clock was two days ahead for one request.
#[tokio::test]
async fn a_clock_that_was_far_ahead_locks_nobody_out() {
    for ahead in [301, 2 * 86_400, YEAR, u64::from(u32::MAX) - START] {
        let (_, mut browser) = served_by_a_fast_clock(ahead).await;
        does(&mut browser.clone(), "/add-milk/show", "__Host-session", "nobody: milk").await;
        assert_eq!(browser.get("/in-bob/add-milk").await.status, 200, "{ahead}");
        shows(&mut browser, "bob: milk").await;
    }
}

#[tokio::test]
async fn a_clock_that_was_minutes_ahead_is_waited_for() {
    let (clock, mut browser) = served_by_a_fast_clock(300).await;
    assert_eq!(browser.get("/add-milk").await.status, 503);
    clock.set(START + 239);
    assert_eq!(browser.get("/add-milk").await.status, 503);
    clock.set(START + 240);
    assert_eq!(browser.get("/add-milk").await.status, 200);
    shows(&mut browser, "ann: tea milk").await;
}

/// Neither asks what the browser brought: who signs in proves who they are, and who signs out wants to be out.
#[tokio::test]
async fn no_sign_in_and_no_sign_out_ever_waits() {
    for ahead in [120, 300] {
        let (_, browser) = served_by_a_fast_clock(ahead).await;
        for path in ["/in-ann", "/in-bob", "/remember-ann", "/in-bob/say-hello", "/show/in-bob/hear"] {
            let answer = browser.late(path).await;
            let is_told = path.contains("remember"); // the shop's policy remembers nobody
            assert_eq!(answer.status, if is_told { 500 } else { 200 }, "{path}");
        }
        let answer = browser.late("/out").await;
        let sets = "-__Host-id -__Host-session-own -__Host-wishes-own -__Host-flash";
        assert_eq!((answer.status, answer.sets().as_str()), (200, sets));
    }
}

#[tokio::test]
async fn a_node_whose_clock_is_an_hour_behind_a_key_of_its_ring_reads_and_seals_nothing() {
    let (ring, clock) = (made_at(&ring(), START), TestClock::new());
    let mut browser = Browser::new(shop(with_ring(ring.clone(), &clock)));
    browser.get("/in-ann/add-tea").await;
    let jar = browser.cookies();
    clock.set(START - 3_601);
    shows(&mut browser, "nobody: ").await;
    for path in ["/add-milk", "/in-bob", "/theme-dark"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.sets().as_str()), (503, ""), "{path}");
        assert_eq!(answer.headers["retry-after"], "5");
    }
    assert_eq!(Browser::new(shop(with_ring(ring, &clock))).get("/in-ann").await.status, 503);
    clock.set(START);
    assert_eq!(browser.cookies(), jar);
    shows(&mut browser, "ann: tea").await;
}

#[tokio::test]
async fn an_hour_behind_is_not_yet_wrong_and_a_revoked_key_proves_nothing() {
    let (ring, clock) = (made_at(&ring(), START), TestClock::new());
    clock.set(START - 3_600);
    assert_eq!(Browser::new(shop(with_ring(ring.clone(), &clock))).get("/in-ann").await.status, 200);
    let late = ring.made_after(Timestamp::from_unix(START - 3_601));
    assert!(late.is_some());
    assert_eq!(ring.made_after(Timestamp::from_unix(START - 3_600)), None);
    let revoked = edited(&ring, |text| text.replace("\"override\": null", "\"override\": \"revoked\""));
    assert_eq!(revoked.made_after(Timestamp::from_unix(0)), None);
}

/// The session of a newer program.
#[derive(Clone, Default, Deserialize, Serialize)]
struct Newer(u32, String);

impl SessionData for Newer {
    const TAG: &'static str = Visits::TAG;
    const VERSION: u16 = 2;
}

#[tokio::test]
async fn after_a_roll_back_for_good_what_the_newer_program_wrote_is_given_up() {
    let (ring, clock) = (ring(), TestClock::new());
    let layer = |ring: &Keyring| SessionLayer::builder(ring.clone(), "tests").clock(clock.clone());
    let enter = get(async |mut who: Identity| who.sign_in("ann").await.map(drop));
    let newer = Router::new()
        .route("/in", enter.clone())
        .route("/count", get(async |mut visits: Session<Newer>| visits.0 += 1))
        .layer(layer(&ring).session::<Newer>("visits").build().unwrap());
    let older = || {
        let show = get(async |visits: View<Visits>| visits.0.to_string());
        let count = get(async |mut visits: Session<Visits>| visits.0 += 1);
        Router::new().route("/", show).route("/count", count).route("/in", enter.clone())
    };
    let older_layer = || layer(&ring).session::<Visits>("visits");
    for in_first in [false, true] {
        let mut browser = Browser::new(newer.clone());
        for path in ["/in", "/count"].into_iter().skip(usize::from(!in_first)) {
            browser.get(path).await;
        }
        let mut rolled_back = browser.moved_to(older().layer(older_layer().build().unwrap()));
        let answer = rolled_back.get("/count").await;
        assert!(matches!(answer.error, Some(SessionError::Unsettled(_))));
        let given_up = older_layer().give_up_newer::<Visits>().build().unwrap();
        let mut for_good = rolled_back.moved_to(older().layer(given_up));
        assert_eq!(for_good.get("/").await.body, "0");
        assert_eq!(for_good.get("/count").await.status, 200);
        assert_eq!(for_good.get("/").await.body, "1");
    }
    let nobodys = SessionLayer::builder(LiveKeyring::from(ring), "tests").give_up_newer::<Visits>();
    let error = nobodys.build().map(drop).unwrap_err().to_string();
    assert!(error.ends_with("stands before what is said of session::browser::Visits"), "{error}");
}
